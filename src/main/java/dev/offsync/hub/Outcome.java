package dev.offsync.hub;

import dev.offsync.model.RelatedRow;
import dev.offsync.pg.RelatedRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the hub did with a row otherwise than expected; see apply_batch there for the kinds. {@code operation} is the
 * first of the row's operations in the batch, {@code row} the hub's row in the hub's columns. The rows in
 * {@code related} have the hub's columns, too.
 *
 * @param leftOut the bytes of {@code row} and {@code related} where the device has no memory for them, and they stayed on
 *     the hub; else null
 */
public record Outcome(
        long operation,
        int table,
        String kind,
        @Nullable Long version,
        @Nullable Instant changedAt,
        @Nullable String row,
        @Nullable Long blockedBy,
        List<RelatedRow> related,
        @Nullable Long leftOut) {
    /** Rows that the device has no memory for stay on the hub, be it for one alone or for all of them together. */
    private static final String QUERY = """
            SELECT operation, table_id, outcome, hub_version, hub_changed_at, CASE WHEN fits THEN hub_row END, blocked_by,
                   CASE WHEN fits THEN related::text END, CASE WHEN NOT fits THEN bytes END
            FROM (
                SELECT o.*, bytes <= {most}
                            AND sum(bytes) FILTER (WHERE bytes <= {most}) OVER (ORDER BY operation) <= {most} AS fits
                FROM (
                    SELECT o.*, coalesce(octet_length(hub_row), 0)::bigint + coalesce(octet_length(related::text), 0) AS bytes
                    FROM offsync.my_batch_outcome AS o
                    WHERE device_id = ? AND batch = ?
                ) AS o
            ) AS o
            ORDER BY operation;
            """;

    /** The same row seen as a conflict. */
    public Outcome asConflict() {
        return new Outcome(operation, table, "conflict", version, changedAt, row, blockedBy, related, leftOut);
    }

    /** The query for the outcomes of a device's batch whose rows take at most {@code most} bytes. */
    static String query(long most) {
        return QUERY.replace("{most}", Long.toString(most));
    }

    static Outcome read(ResultSet row) throws SQLException {
        OffsetDateTime changedAt = row.getObject(5, OffsetDateTime.class);
        return new Outcome(
                row.getLong(1),
                row.getInt(2),
                row.getString(3),
                row.getObject(4, Long.class),
                changedAt == null ? null : changedAt.toInstant(),
                row.getString(6),
                row.getObject(7, Long.class),
                RelatedRows.parse(row.getString(8)),
                row.getObject(9, Long.class));
    }
}
