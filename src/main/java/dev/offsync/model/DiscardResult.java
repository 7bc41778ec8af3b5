package dev.offsync.model;

import java.util.List;

/**
 * What {@code queue discard} dropped, or in a dry run would drop.
 *
 * @param discarded the operations, oldest first; those that nobody named build on one that was
 * @param restored how many local rows went back to what the hub had when they were changed
 * @param released operations that were parked by them and go with the next push
 * @param sameTransaction operations of the same local transactions that stay and will be sent
 */
public record DiscardResult(
        List<QueueEntry> discarded, int restored, long released, List<Long> sameTransaction, boolean dryRun)
        implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
