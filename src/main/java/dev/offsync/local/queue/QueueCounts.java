package dev.offsync.local.queue;

import dev.offsync.model.Problem;
import dev.offsync.pg.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How many operations the hub does not have, and why. */
public final class QueueCounts {
    /** {@code parked} operations are counted in {@code pending}, too. */
    public record Counts(long pending, long processing, long failed, long conflict, long parked) {
        public Counts plusPending(long more) {
            return new Counts(pending + more, processing, failed, conflict, parked);
        }
    }

    private final Database database;

    public QueueCounts(Database database) {
        this.database = database;
    }

    public Counts all() throws SQLException {
        return database.first(
                        """
                        SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'processing'),
                               count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'conflict'),
                               count(*) FILTER (WHERE state = 'pending' AND (parked_by IS NOT NULL OR retry_count > 0))
                        FROM offsync.unfinished
                        """,
                        row -> new Counts(
                                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), row.getLong(5)))
                .orElseThrow();
    }

    /**
     * What {@link #all} says of the operations that have a state of their own, which is cheaper to ask; pending are those
     * that no batch is planned for.
     */
    public Counts held() throws SQLException {
        return database.first("""
                        SELECT count(*) FILTER (WHERE state = 'pending' AND batch IS NULL),
                               count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'conflict'),
                               count(*) FILTER (WHERE state = 'pending' AND (parked_by IS NOT NULL OR retry_count > 0))
                        FROM offsync.operation_state
                        """, row -> new Counts(row.getLong(1), 0, row.getLong(2), row.getLong(3), row.getLong(4)))
                .orElseThrow();
    }

    public long failed() throws SQLException {
        return database.number("SELECT count(*) FROM offsync.operation_state WHERE state = 'failed'");
    }

    public @Nullable Instant oldestPending() throws SQLException {
        return database.first(
                        "SELECT min(changed_at) FROM offsync.unfinished WHERE state IN ('pending', 'processing')",
                        row -> row.getObject(1, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant)
                .orElse(null);
    }

    /** One problem for each operation that the hub rejected, and for each of its rows that a pull had no memory for. */
    public List<Problem> problems() throws SQLException {
        var problems = new ArrayList<Problem>(rejected());
        problems.addAll(database.list(
                """
                SELECT t.table_name, CASE WHEN cardinality(w.key) = 1 THEN w.key[1] ELSE to_jsonb(w.key)::text END
                FROM offsync.wanted AS w
                JOIN offsync.synced_table AS t ON t.id = w.table_id
                WHERE w.reason = 'too_large'
                ORDER BY t.table_name, w.key
                """,
                row -> new Problem(
                        "too_large",
                        row.getString(1),
                        null,
                        row.getString(2),
                        "the hub's row, or its conflict with the row here, is too large for the memory that the last"
                                + " pull had, and was left there",
                        "pull with a larger heap, as with OFFSYNC_JAVA_OPTS=-Xmx512m")));
        return problems;
    }

    private List<Problem> rejected() throws SQLException {
        return database.list(
                """
                SELECT o.state, t.table_name, o.key, o.last_error, o.retry_count,
                       (SELECT count(*) FROM offsync.operation_state AS p WHERE p.parked_by = o.operation_id),
                       o.operation_id, o.too_large
                FROM offsync.operation_state AS o
                JOIN offsync.synced_table AS t ON t.id = o.table_id
                WHERE o.state IN ('pending', 'failed') AND o.retry_count > 0
                ORDER BY o.operation_id
                """,
                row -> problem(
                        row,
                        row.getString(1).equals("failed") ? "failed" : row.getBoolean(8) ? "too_large" : "rejected"));
    }

    private static Problem problem(ResultSet row, String code) throws SQLException {
        String hint =
                switch (code) {
                    case "failed" ->
                        "mend the cause, then run offsync queue retry " + row.getLong(7)
                                + ", or drop the change with offsync queue discard " + row.getLong(7);
                    case "too_large" -> "it will go with a run that has more memory";
                    default -> "it will be tried again (try " + row.getInt(5) + " so far)";
                };
        String message = row.getString(4) + waiting(row.getLong(6));
        return new Problem(code, row.getString(2), null, row.getString(3), message, hint);
    }

    private static String waiting(long parked) {
        if (parked == 0) {
            return "";
        }
        return parked == 1 ? " (1 more operation waits for it)" : " (" + parked + " more operations wait for it)";
    }
}
