package dev.offsync.local.device;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.SchemaRemoval;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Ends the syncing of single tables on this device; the others go on. Rows and tables stay as they are, here and on the
 * hub. Works within the caller's transaction.
 */
public final class TableRemoval {
    private final Database database;

    public TableRemoval(Database database) {
        this.database = database;
    }

    /** How many operations on the table the hub does not have; from now on until the transaction ends there come no more. */
    public long unsent(SyncedTable table) throws SQLException {
        new SchemaRemoval(database).lockTables();
        return database.number("SELECT count(*) FROM offsync.unfinished WHERE table_id = ?", table.id());
    }

    /** Removes what offsync has of the table, and says what that was. */
    public List<String> remove(SyncedTable table) throws SQLException {
        var changes = new ArrayList<String>(new FormerSequences(database).restore(table));
        changes.addAll(drop("trigger", """
                SELECT format('%I ON %s', g.tgname, g.tgrelid::regclass)
                FROM pg_trigger AS g
                JOIN pg_proc AS p ON p.oid = g.tgfoid
                WHERE p.pronamespace = 'offsync'::regnamespace AND g.tgparentid = 0
                  AND g.tgrelid IN (SELECT c.oid FROM pg_class AS c
                                    WHERE c.oid = to_regclass(?)
                                       OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass(?))))
                ORDER BY 1
                """, table.name().sql(), table.name().sql()));
        changes.addAll(drop(
                "index",
                """
                SELECT i.indexrelid::regclass::text
                FROM pg_index AS i
                JOIN pg_class AS c ON c.oid = i.indexrelid
                WHERE i.indrelid = to_regclass(?) AND c.relname IN (?, ?)
                ORDER BY 1
                """,
                table.name().sql(),
                "offsync_" + table.id() + "_status",
                "offsync_" + table.id() + "_version"));
        drop("function", """
                SELECT p.oid::regprocedure::text FROM pg_proc AS p
                WHERE p.pronamespace = 'offsync'::regnamespace AND p.proname LIKE ?
                """, "capture\\_" + table.id() + "\\_%");
        database.execute("DROP TABLE " + table.sidecar());
        for (String own : List.of("operation_state", "journal")) {
            database.update("DELETE FROM offsync." + own + " WHERE table_id = ?", table.id());
        }
        for (String named : List.of("sync_status", "conflict_resolution_rules", "conflict_log")) {
            database.update(
                    "DELETE FROM offsync." + named + " WHERE table_name = ?",
                    table.name().display());
        }
        database.update("DELETE FROM offsync.synced_table WHERE id = ?", table.id());
        changes.add("no longer syncs " + table.name().display());
        return changes;
    }

    private List<String> drop(String kind, String query, Object... arguments) throws SQLException {
        List<String> names = database.list(query, row -> row.getString(1), arguments);
        for (String name : names) {
            database.execute("DROP " + kind + " " + name);
        }
        return names.stream().map(name -> "removed the " + kind + " " + name).toList();
    }
}
