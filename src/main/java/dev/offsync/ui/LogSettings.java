package dev.offsync.ui;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is logged and where. {@code verbosity}: -1 errors, 0 warnings, 1 information, 2 and more everything, on standard
 * error; {@code file} gets at least information.
 */
public record LogSettings(int verbosity, @Nullable Path file, Format format) {
    /** How a log line looks. */
    public enum Format {
        TEXT,
        JSON
    }

    private static volatile LogSettings current = new LogSettings(0, null, Format.TEXT);

    /**
     * Keeps these settings for the moment when something is logged for the first time: Logback is loaded only then,
     * through {@link LogConfigurator}, and most runs log nothing.
     */
    public void use() {
        current = this;
    }

    /** Whether a log was asked for that a warning must be in, too: a file, or lines that a collector reads. */
    public boolean isWanted() {
        return file != null || format == Format.JSON;
    }

    static LogSettings current() {
        return current;
    }
}
