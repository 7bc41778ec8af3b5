package dev.offsync.ui;

import dev.offsync.model.ExitCodes;
import dev.offsync.model.Result;

/** The answer to {@code --help}: the text as it is to be printed. */
public record Usage(String usage) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
