package dev.offsync.ui;

import dev.offsync.model.ExitCodes;
import dev.offsync.model.Result;

/** The answer to {@code --version}. */
public record Version(String version) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
