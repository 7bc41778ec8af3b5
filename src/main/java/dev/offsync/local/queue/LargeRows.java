package dev.offsync.local.queue;

import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows that are too large for the memory of this run. They are set aside before anything reads them, and go by themselves
 * with a run that has more.
 */
public final class LargeRows {
    /** A row is held as it came, as it is laid out for the other side, and as it goes, beside the rest of the program. */
    private static final int SHARE = 4;

    private static final String TOO_LARGE = "octet_length(j.new_row) > {limit}";

    private static final String MESSAGE = """
            format('the row takes %s MB, and this run has memory for rows of up to %s MB: run offsync with a larger heap'
                   ' (OFFSYNC_JAVA_OPTS=-Xmx%sm)',
                   octet_length(j.new_row) >> 20, {limit} >> 20, (octet_length(j.new_row)::bigint * {share} >> 20) + 16)""";

    private final Database database;
    private final long limit;

    LargeRows(Database database) {
        this.database = database;
        this.limit = largest();
    }

    /** The bytes of the largest row, as text, that this run has memory for. */
    public static long largest() {
        return Runtime.getRuntime().maxMemory() / SHARE;
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
                SET retry_count = greatest(o.retry_count, 1), last_error = {message}
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
