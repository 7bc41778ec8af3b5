package dev.offsync.hub;

import dev.offsync.model.RelatedRow;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hub did with a row otherwise than expected; see apply_batch there for the kinds. {@code operation} is the
 * first of the row's operations in the batch, {@code row} the hub's row in the hub's columns. The rows in
 * {@code related} have the hub's columns, too.
 */
public record Outcome(
        long operation,
        int table,
        String kind,
        @Nullable Long version,
        @Nullable Instant changedAt,
        @Nullable String row,
        @Nullable Long blockedBy,
        List<RelatedRow> related) {
    /** The same row seen as a conflict. */
    public Outcome asConflict() {
        return new Outcome(operation, table, "conflict", version, changedAt, row, blockedBy, related);
    }
}
