package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/** Something that check found. {@code code} is a stable lower-case word; {@code hint} is the remedy. */
public record Finding(
        String code,
        Severity severity,
        String message,
        @Nullable String hint) {
    /** An error keeps offsync from its work or endangers data, a warning may come to that, advice makes things better. */
    public enum Severity {
        ERROR,
        WARNING,
        ADVICE
    }
}
