package dev.offsync.local.compare;

import dev.offsync.local.device.CaptureSql;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.queue.Decisions;
import dev.offsync.model.Direction;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;

/**
 * Turns the differing rows of one table into work: into pending operations what the hub is to get or to be asked about, and
 * into wishes what the device is to get. Their times are those at which the rows arrived here: all that is known of them.
 */
public final class Repair {
    /** More rows than this are not asked for one by one; every row of the table is compared instead. */
    private static final int MOST_ASKED_FOR = 10_000;

    private final Database database;
    private final SyncedTable table;
    private final KeySql key;

    public Repair(Database database, SyncedTable table) {
        this.database = database;
        this.table = table;
        this.key = new KeySql(table.key());
    }

    /** Within the caller's transaction. */
    public void queue() throws SQLException {
        // In a statement of its own: what follows sees the rows as whoever held them left them.
        database.number(sql("""
                SELECT count(*) FROM (
                    SELECT FROM verify_difference AS d JOIN {table} AS t ON {same_t_d} WHERE d.table_id = {id} FOR UPDATE OF t
                ) AS locked
                """));
        if (table.pushes()) {
            offer("I", "d.kind = 'missing_remote' AND NOT d.deleted", 0);
            offer("U", "(d.kind = 'differs' OR d.deleted)", -1);
            new Decisions(database).standAsQueued(table);
        } else {
            database.update(sql("""
                    DELETE FROM {table} AS t USING verify_difference AS d
                    WHERE d.table_id = {id} AND d.kind = 'missing_remote' AND {same_t_d}
                    """));
        }
        if (table.pulls()) {
            askFor();
        }
    }

    /** @param base the version to rest on; -1: nobody knows, so whatever the hub has is another one */
    private void offer(String operation, String condition, int base) throws SQLException {
        database.update(sql("""
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row, changed_at)
                SELECT {id}, {shape}, '{operation}', {text_of_t}, {former}, {captured},
                       coalesce((SELECT v.synced_at FROM {sidecar} AS v WHERE {same_t_v}),
                                (SELECT loaded_at FROM offsync.synced_table WHERE id = {id}), now())
                FROM verify_difference AS d
                JOIN {table} AS t ON {same_t_d}
                WHERE d.table_id = {id} AND {condition}
                  AND NOT EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = {id} AND u.key = {text_of_t})
                """)
                .replace("{former}", former(operation))
                .replace("{operation}", operation)
                .replace("{condition}", condition));
        if (table.direction() == Direction.BOTH) {
            database.update(sql("""
                    INSERT INTO {sidecar} ({k}, version)
                    SELECT {parsed_key}, {base}
                    FROM verify_difference AS d
                    JOIN offsync.journal AS j ON j.xid = pg_current_xact_id() AND j.table_id = {id}
                                             AND j.key = d.record_id AND j.operation = '{operation}'
                    WHERE d.table_id = {id} AND {condition}
                    ON CONFLICT ({k}) DO UPDATE SET version = excluded.version
                    """)
                    .replace("{base}", Integer.toString(base))
                    .replace("{operation}", operation)
                    .replace("{condition}", condition));
        }
    }

    /** Of a table that devices only push to, the hub keeps no versions: a change rests on the row that is there. */
    private String former(String operation) {
        return operation.equals("U") && !table.pulls() ? CaptureSql.image(table, "t") : "NULL";
    }

    private void askFor() throws SQLException {
        String wanted = "d.table_id = " + table.id() + " AND (d.kind <> 'missing_remote' OR d.deleted)";
        long rows = database.number("SELECT count(*) FROM verify_difference AS d WHERE " + wanted);
        if (rows > MOST_ASKED_FOR) {
            new Cursors(database).reconcile(table, Reconcile.FULL);
        } else {
            database.update("""
                    INSERT INTO offsync.wanted (table_id, key, reason)
                    SELECT d.table_id, d.key, 'verify' FROM verify_difference AS d
                    WHERE
                    """ + wanted + " ON CONFLICT DO NOTHING");
        }
    }

    private String sql(String template) {
        return template.replace("{table}", table.name().sql())
                .replace("{sidecar}", table.sidecar())
                .replace("{id}", Integer.toString(table.id()))
                .replace("{shape}", Integer.toString(table.shapeId()))
                .replace("{k}", key.aliases())
                .replace("{parsed_key}", key.parsedArray("d.key"))
                .replace("{same_t_d}", key.rowSameAsArray("t", "d.key"))
                .replace("{same_t_v}", key.sameAsRow("t", "v"))
                .replace("{captured}", CaptureSql.image(table, "t"))
                .replace("{text_of_t}", key.textOfRow("t"));
    }
}
