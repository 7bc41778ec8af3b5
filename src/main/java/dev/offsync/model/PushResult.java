package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a push did. {@code pushed} counts operations the hub now has, coalesced ones included; {@code coalesced} those of
 * them that were merged into a later one of the same row; {@code remaining} those still pending.
 */
public record PushResult(
        long pushed,
        long coalesced,
        int batches,
        long remaining,
        long failed,
        long parked,
        ConflictCounts conflicts,
        List<OpenConflict> openConflicts,
        @Nullable Long clockSkewMs,
        long durationMs,
        boolean dryRun,
        List<Problem> problems)
        implements Result {
    /** The same push, with the device's state as a later pull left it. */
    public PushResult asOf(PullResult later) {
        return new PushResult(
                pushed,
                coalesced,
                batches,
                remaining,
                later.failed(),
                later.parked(),
                conflicts.withOpen(later.conflicts().open()),
                later.openConflicts(),
                clockSkewMs,
                durationMs,
                dryRun,
                later.problems());
    }

    @Override
    public int exitCode() {
        return ExitCodes.ofDevice(failed + parked, problems, conflicts.open());
    }
}
