package dev.offsync.local.device;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.Migrations;
import java.sql.SQLException;
import java.util.List;

/** offsync's objects in the local database: the schema and, for each synced table, its sidecar and triggers. */
public final class LocalSchema {
    /** Nobody but the device's own offsync uses the local schema: one that is older than it is not served. */
    public static final Migrations MIGRATIONS =
            new Migrations("local", List.of("0001_schema.sql", "0002_checks.sql", "0003_decisions.sql"), 3);

    private final Database database;

    public LocalSchema(Database database) {
        this.database = database;
    }

    /** Makes or renews what {@code table} needs. Takes a lock that waits for writers, so it belongs in a transaction. */
    public void prepare(SyncedTable table, TableDefinition definition) throws SQLException {
        database.execute(sql(table, definition));
    }

    /** The DDL of {@link #prepare}. */
    public String sql(SyncedTable table, TableDefinition definition) throws SQLException {
        long oid = database.number("SELECT oid FROM pg_database WHERE datname = current_database()");
        return (table.syncColumns() ? syncColumnIndexes(table) : "")
                + sidecar(table)
                + new CaptureSql(table, definition, oid).create()
                + "REVOKE ALL ON ALL FUNCTIONS IN SCHEMA offsync FROM PUBLIC;\n";
    }

    /** The table of the versions that rows rest on. */
    static String sidecar(SyncedTable table) {
        var key = new KeySql(table.key());
        return "CREATE TABLE IF NOT EXISTS " + table.sidecar() + " (\n    " + key.definitions()
                + ",\n    version   bigint NOT NULL,"
                + "\n    synced_at timestamptz NOT NULL DEFAULT now(),"
                + "\n    PRIMARY KEY (" + key.aliases() + ")\n);\n";
    }

    /** The DDL that gives a table the columns that offsync keeps in it. */
    public static String addSyncColumns(TableDefinition table) {
        return "ALTER TABLE " + table.name().sql() + "\n"
                + "    ADD COLUMN IF NOT EXISTS version integer DEFAULT 1,\n"
                + "    ADD COLUMN IF NOT EXISTS sync_status text DEFAULT 'pending',\n"
                + "    ADD COLUMN IF NOT EXISTS sync_timestamp timestamptz;\n";
    }

    private static String syncColumnIndexes(SyncedTable table) {
        String relation = table.name().sql();
        return "CREATE INDEX IF NOT EXISTS offsync_" + table.id() + "_status ON " + relation
                + " (sync_status, sync_timestamp);\n"
                + "CREATE INDEX IF NOT EXISTS offsync_" + table.id() + "_version ON " + relation + " ("
                + new KeySql(table.key()).names() + ", version);\n";
    }

    /** The statements that register a table and its shape, for a script that a person runs. */
    public String registration(SyncedTable table) throws SQLException {
        return database.first("""
                        SELECT format('INSERT INTO offsync.shape (id, table_id, columns) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %L);'
                                      || E'\\nINSERT INTO offsync.synced_table OVERRIDING SYSTEM VALUE SELECT (%L::offsync.synced_table).*;\\n',
                                      s.id, s.table_id, s.columns, t)
                        FROM offsync.synced_table AS t
                        JOIN offsync.shape AS s ON s.id = t.shape_id
                        WHERE t.id = ?
                        """, row -> row.getString(1), table.id()).orElseThrow();
    }
}
