package dev.offsync.local.queue;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows of the device that stand over another row of the hub, because somebody decided so or because they are to meet it.
 * They must reach the hub even where they are again what they were before they were changed.
 */
public final class Decisions {
    private final Database database;

    public Decisions(Database database) {
        this.database = database;
    }

    /** What this transaction has queued of {@code table} without knowing the row before is such a row. */
    public void standAsQueued(SyncedTable table) throws SQLException {
        database.update("""
                INSERT INTO offsync.decision (operation_id, xid, row)
                SELECT j.id, j.xid, j.new_row
                FROM offsync.journal AS j
                WHERE j.xid = pg_current_xact_id() AND j.table_id = ? AND j.operation = 'U' AND j.old_row IS NULL
                ON CONFLICT DO NOTHING
                """, table.id());
    }

    /** Whether the row of one of these operations is such a row. */
    public boolean holdOneOf(List<PendingOperation> operations) throws SQLException {
        return database.number(
                        "SELECT count(*) FROM offsync.decision WHERE operation_id = ANY (?::bigint[])",
                        operations.stream()
                                .map(operation -> Long.toString(operation.id()))
                                .toList())
                > 0;
    }

    /** The row that the last operation of this transaction left is such a row. */
    public void standAsQueuedLast() throws SQLException {
        database.update("""
                INSERT INTO offsync.decision (operation_id, xid, row)
                SELECT j.id, j.xid, j.new_row
                FROM offsync.journal AS j
                WHERE j.xid = pg_current_xact_id()
                ORDER BY j.id DESC
                LIMIT 1
                """);
    }

    /**
     * In the outbox the operations up to such a decision become one that leads to the row from one like no other; the rest
     * lead from a deleted row to a deleted row, and so nowhere.
     */
    void replace(List<SyncedTable> tables) throws SQLException {
        List<Integer> known = database.list("""
                SELECT DISTINCT o.table_id
                FROM offsync.decision AS d
                JOIN outbox_operation AS o ON o.id = d.operation_id
                """, row -> row.getInt(1));
        for (SyncedTable table : tables) {
            if (known.contains(table.id())) {
                replace(table);
            }
        }
    }

    private void replace(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        database.update("""
                WITH operation AS MATERIALIZED (
                    SELECT o.id, {parsed_key} FROM outbox_operation AS o WHERE o.table_id = {table_id}
                ), last AS (
                    SELECT DISTINCT ON ({k}) o.*, d.row
                    FROM operation AS o
                    JOIN offsync.decision AS d ON d.operation_id = o.id
                    ORDER BY {k}, o.id DESC
                )
                UPDATE outbox_operation AS x
                SET old_row = CASE WHEN o.id = l.id THEN '' END, new_row = CASE WHEN o.id = l.id THEN l.row END
                FROM operation AS o
                JOIN last AS l ON {same_o_l}
                WHERE x.id = o.id AND o.id <= l.id
                """.replace("{parsed_key}", key.parsed("o.key"))
                .replace("{table_id}", Integer.toString(table.id()))
                .replace("{k}", key.aliases())
                .replace("{same_o_l}", key.same("o", "l")));
    }
}
