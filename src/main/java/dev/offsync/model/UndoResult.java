package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/** What {@code conflicts undo} brought back: the row that is written, null for a deletion. */
public record UndoResult(
        long id,
        String table,
        String recordId,
        String brought,
        @Nullable Row data,
        boolean dryRun) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
