package dev.offsync.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One captured change of a row and what became of it. {@code operation} is insert, update or delete; {@code status} is
 * pending, processing, completed, failed or conflict. A parked operation is pending with {@code parkedBy}, a discarded
 * one completed with {@code discardedBy}.
 */
public record QueueEntry(
        long id,
        String transactionId,
        String table,
        String operation,
        @Nullable String recordId,
        String status,
        int retryCount,
        Instant createdAt,
        @Nullable Instant syncedAt,
        @Nullable String lastError,
        @Nullable Long parkedBy,
        @Nullable String discardedBy,
        @Nullable String discardReason) {}
