package dev.offsync.sync;

import org.jspecify.annotations.Nullable;

/** Which operations are meant; null means any table, and any operation that the hub does not have. */
public record QueueFilter(@Nullable String table, @Nullable Status status) {
    /** The statuses of the queue, and two that are part of one: parked of pending, discarded of completed. */
    public enum Status {
        PENDING,
        PARKED,
        PROCESSING,
        FAILED,
        CONFLICT,
        COMPLETED,
        DISCARDED
    }
}
