package dev.offsync.model;

import java.util.List;

/** The conflicts that were asked for, oldest first. */
public record ConflictList(List<ConflictEntry> conflicts) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
