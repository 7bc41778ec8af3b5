package dev.offsync.model;

/** What a purge removed (or, in a dry run, would remove). {@code purged} counts operations, coalesced ones included. */
public record PurgeResult(long purged, long conflictsPurged, long rowsEvicted, boolean dryRun) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
