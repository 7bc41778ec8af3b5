package dev.offsync.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One line of the conflict log; a row that is missing or deleted is null. {@code remote} is the hub's state of the same
 * row, but of a {@code unique_violation} the first row that holds the value; {@code related} names all of these, and the rows
 * that a {@code foreign_key} conflict is about.
 */
public record ConflictEntry(
        long id,
        String table,
        String recordId,
        String type,
        @Nullable Row base,
        @Nullable Row local,
        @Nullable Row remote,
        @Nullable Instant localChangedAt,
        @Nullable Instant remoteChangedAt,
        @Nullable Long localVersion,
        @Nullable Long remoteVersion,
        @Nullable String strategy,
        Instant detectedAt,
        boolean resolved,
        @Nullable String resolution,
        @Nullable Row resolvedData,
        @Nullable Instant resolvedAt,
        @Nullable String resolvedBy,
        @Nullable String message,
        List<RelatedRow> related) {
    /** The same conflict with another local row. */
    public ConflictEntry withLocal(@Nullable Row row) {
        return new ConflictEntry(
                id,
                table,
                recordId,
                type,
                base,
                row,
                remote,
                localChangedAt,
                remoteChangedAt,
                localVersion,
                remoteVersion,
                strategy,
                detectedAt,
                resolved,
                resolution,
                resolvedData,
                resolvedAt,
                resolvedBy,
                message,
                related);
    }
}
