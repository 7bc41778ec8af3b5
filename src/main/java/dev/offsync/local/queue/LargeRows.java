package dev.offsync.local.queue;

import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows that are too large for the memory of this run. They are set aside before anything reads them, and go by themselves
 * with a run that has more.
 */
public final class LargeRows {
    /** A row is held as it came, as it is laid out for the other side, and as it goes, beside the rest of the program. */
    private static final int SHARE = 4;

    /**
     * The two sides of a conflict and what they come from are held at once, each as text and as JSON for the log; a single
     * character outside Latin-1 doubles them.
     */
    private static final int SHARE_IN_CONFLICT = 20;

    private static final String TOO_LARGE = "octet_length(j.new_row) > {limit}";

    private static final String MESSAGE = """
            format('the row takes %s MB, and this run has memory for rows of up to %s MB: run offsync with a larger heap'
                   ' (OFFSYNC_JAVA_OPTS=-Xmx%sm)',
                   octet_length(j.new_row) >> 20, {limit} >> 20, (octet_length(j.new_row)::bigint * {share} >> 20) + 16)""";

    private final Database database;
    private final long limit;

    public LargeRows(Database database) {
        this.database = database;
        this.limit = largest();
    }

    /** The bytes of the largest row, as text, that this run has memory for. */
    public static long largest() {
        return Runtime.getRuntime().maxMemory() / SHARE;
    }

    /** The bytes of the largest row of the hub, and of all states of the device's, that a conflict may be about. */
    public static long largestInConflict() {
        return Runtime.getRuntime().maxMemory() / SHARE_IN_CONFLICT;
    }

    /** Says that a conflict is about {@code bytes} on one of its sides. */
    public static String inConflict(long bytes) {
        return ("the row is in conflict and takes %d MB on one side, and this run has memory for conflicts of up to %d MB:"
                        + " run offsync with a larger heap (OFFSYNC_JAVA_OPTS=-Xmx%dm)")
                .formatted(bytes >> 20, largestInConflict() >> 20, ((bytes * SHARE_IN_CONFLICT) >> 20) + 16);
    }

    /** Those rows in the outbox that are in conflict and too large for one, by their first operation, with their bytes. */
    public Map<Long, Long> inConflict() throws SQLException {
        var large = new HashMap<Long, Long>();
        if (mayHold()) {
            database.list("""
                    SELECT c.operation, c.bytes
                    FROM (
                        SELECT x.operation,
                               sum(coalesce(octet_length(u.old_row), 0) + coalesce(octet_length(u.new_row), 0)) AS bytes
                        FROM outcome AS x
                        JOIN outbox AS o ON o.operation = x.operation
                        JOIN offsync.unfinished AS u ON u.table_id = o.table_id AND u.key = o.record_id
                        WHERE x.kind IN ('conflict', 'unique_violation', 'foreign_key')
                        GROUP BY x.operation
                    ) AS c
                    WHERE c.bytes > ?
                    """, row -> large.put(row.getLong(1), row.getLong(2)), largestInConflict());
        }
        return large;
    }

    /** Sets transactions with such rows aside, and returns the operations that are not to be tried in this run. */
    List<Long> setAside() throws SQLException {
        if (!mayHold()) {
            return List.of();
        }
        database.update(sql("""
                WITH large AS (
                    SELECT j.xid, min(j.id) AS culprit
                    FROM offsync.journal AS j
                    WHERE {unclaimed} AND {too_large}
                    GROUP BY j.xid
                ), set_aside AS (
                    INSERT INTO offsync.transaction_batch (xid, batch) SELECT xid, 0 FROM large
                )
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, parked_by)
                SELECT j.id, j.xid, j.table_id, j.key, 'pending', nullif(l.culprit, j.id)
                FROM large AS l
                JOIN offsync.journal AS j ON j.xid = l.xid
                ON CONFLICT DO NOTHING
                """));
        database.update(sql("""
                UPDATE offsync.operation_state AS o
                SET retry_count = greatest(o.retry_count, 1), last_error = {message}, too_large = true
                FROM offsync.journal AS j
                WHERE o.state = 'pending' AND o.parked_by IS NULL
                  AND j.xid = o.xid AND j.id = o.operation_id AND {too_large}
                """));
        return database.list(sql("""
                SELECT DISTINCT coalesce(o.parked_by, o.operation_id)
                FROM offsync.operation_state AS o
                JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                WHERE o.state = 'pending' AND {too_large}
                """), row -> row.getLong(1));
    }

    /** Whether the journal holds any row outside its own pages: reading the lengths of all takes time on every run. */
    private boolean mayHold() throws SQLException {
        return database.first(
                        "SELECT pg_relation_size(reltoastrelid) > 0 FROM pg_class WHERE oid = 'offsync.journal'::regclass",
                        row -> row.getBoolean(1))
                .orElse(true);
    }

    private String sql(String template) {
        return template.replace("{unclaimed}", Queue.UNCLAIMED)
                .replace("{message}", MESSAGE)
                .replace("{too_large}", TOO_LARGE)
                .replace("{limit}", Long.toString(limit))
                .replace("{share}", Integer.toString(SHARE));
    }
}
