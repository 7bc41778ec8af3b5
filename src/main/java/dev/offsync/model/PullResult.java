package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a pull did, in rows. {@code pulled} = inserted + updated + deleted; {@code skipped} are rows that came but were
 * known already or wait in a conflict; {@code complete} is false where max-duration ended the run before all was here; {@code failed} and {@code parked} count the device's operations after the run.
 */
public record PullResult(
        long pulled,
        long inserted,
        long updated,
        long deleted,
        long skipped,
        long failed,
        long parked,
        ConflictCounts conflicts,
        List<OpenConflict> openConflicts,
        boolean full,
        boolean complete,
        @Nullable Long clockSkewMs,
        long durationMs,
        boolean dryRun,
        List<Problem> problems)
        implements Result {
    /** The same pull, with the device's state as a later push left it. */
    public PullResult asOf(PushResult later) {
        return new PullResult(
                pulled,
                inserted,
                updated,
                deleted,
                skipped,
                later.failed(),
                later.parked(),
                conflicts.withOpen(later.conflicts().open()),
                later.openConflicts(),
                full,
                complete,
                clockSkewMs,
                durationMs,
                dryRun,
                later.problems());
    }

    /** What this pull and a later one did; rows that were skipped again were counted before. */
    public PullResult and(PullResult later) {
        return new PullResult(
                pulled + later.pulled,
                inserted + later.inserted,
                updated + later.updated,
                deleted + later.deleted,
                skipped,
                later.failed,
                later.parked,
                conflicts.and(later.conflicts),
                later.openConflicts,
                full,
                complete && later.complete,
                later.clockSkewMs,
                durationMs + later.durationMs,
                dryRun,
                later.problems);
    }

    @Override
    public int exitCode() {
        return ExitCodes.ofDevice(failed + parked, problems, conflicts.open());
    }
}
