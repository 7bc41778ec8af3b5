package dev.offsync.local.queue;

import java.time.Instant;
import java.util.List;

/**
 * What is pending on one row.
 *
 * @param first the operation that it began with
 * @param operations how many it is
 * @param lastChangedAt when the last one was made, on the hub's clock
 * @param base the hub version that the row rests on: 0 where the hub does not have it, -1 where nobody knows
 */
public record PendingWork(PendingOperation first, int operations, Instant lastChangedAt, long base) {
    /** @param operations oldest first, and not empty */
    public static PendingWork of(List<PendingOperation> operations, long base) {
        PendingOperation last = operations.get(operations.size() - 1);
        return new PendingWork(operations.get(0), operations.size(), last.changedAt(), base);
    }

    /** The row's version here: every operation since its base is one. */
    public long version() {
        return base + operations;
    }
}
