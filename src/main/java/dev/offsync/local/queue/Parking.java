package dev.offsync.local.queue;

import dev.offsync.pg.Database;
import java.sql.SQLException;

/** Sets aside what builds on operations that wait, since the hub would not make of it what the device did. */
final class Parking {
    /** The row before or after an operation of journal j with shape p, under the names that its columns had. */
    private static final String IMAGE = """
            offsync.row_to_json(CASE WHEN j.columns IS NULL THEN p.columns
                                     ELSE ARRAY(SELECT jsonb_array_elements_text(j.columns)) END, j.%s)""";

    static final String OLD_ROW = IMAGE.formatted("old_row");
    static final String NEW_ROW = IMAGE.formatted("new_row");

    private final Database database;

    Parking(Database database) {
        this.database = database;
    }

    void parkWhatBuildsOnIt() throws SQLException {
        var dependents = new Dependents(database);
        var reused = new ReusedValues(database);
        while (sameRow() + dependents.park() + reused.park() > 0) {
            // What was parked may be what something else builds on.
        }
    }

    /** Sets transactions aside that touch a row after what waits on it, and returns how many operations that were. */
    private long sameRow() throws SQLException {
        return database.update("""
                WITH held AS (
                    SELECT table_id, key, min(coalesce(parked_by, operation_id)) AS culprit,
                           min(operation_id) AS first_id
                    FROM offsync.operation_state
                    WHERE state IN ('pending', 'failed')
                    GROUP BY table_id, key
                ), dependent AS (
                    SELECT u.xid, min(h.culprit) AS culprit
                    FROM held AS h
                    JOIN offsync.unfinished AS u ON u.table_id = h.table_id AND u.key = h.key AND u.id > h.first_id
                    WHERE NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = u.id)
                    GROUP BY u.xid
                ), set_aside AS (
                    INSERT INTO offsync.transaction_batch (xid, batch)
                    SELECT xid, 0 FROM dependent
                    ON CONFLICT DO NOTHING
                )
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, parked_by)
                SELECT j.id, j.xid, j.table_id, j.key, 'pending', d.culprit
                FROM dependent AS d
                JOIN offsync.journal AS j ON j.xid = d.xid
                ON CONFLICT DO NOTHING
                """);
    }
}
