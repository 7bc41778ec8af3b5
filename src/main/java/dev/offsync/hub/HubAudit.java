package dev.offsync.hub;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import dev.offsync.pg.TriggerAudit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What check asks of the hub, with the rights of the device's role. */
public final class HubAudit {
    /**
     * What the role may do with a table of the hub.
     *
     * @param policies whether row-level security is on
     * @param exempt whether it does not bind the role
     */
    public record Access(
            TableName table,
            boolean select,
            boolean insert,
            boolean update,
            boolean delete,
            boolean policies,
            boolean exempt) {
        /** The privileges that a device needs and the role lacks. */
        public List<String> missing(boolean pushes, boolean pulls) {
            var missing = new ArrayList<String>();
            add(missing, "SELECT", select);
            add(missing, "INSERT", insert || !pushes);
            add(missing, "UPDATE", update || !pushes);
            add(missing, "DELETE", delete || !pushes || !pulls);
            return missing;
        }

        private static void add(List<String> missing, String privilege, boolean held) {
            if (!held) {
                missing.add(privilege);
            }
        }
    }

    /** The greatest key of the hub's own that a row has, and the first one that is kept for devices. */
    public record OwnKeys(long greatest, long first) {}

    private final Database database;

    public HubAudit(Database database) {
        this.database = database;
    }

    public String version() throws SQLException {
        return database.first("SHOW server_version", row -> row.getString(1)).orElse("?");
    }

    /** How far the hub's own writers have come in a column that devices have ranges of; nothing where no row tells. */
    public Optional<OwnKeys> ownKeys(int table, String column) throws SQLException {
        return database.first("""
                SELECT k.greatest, s.first_key
                FROM offsync.tracked_table AS t
                JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attname = ?
                JOIN pg_type AS y ON y.oid = a.atttypid
                CROSS JOIN offsync.key_space(format_type(CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END, NULL)) AS s
                CROSS JOIN offsync.greatest_key(t.id, a.attname, 0, s.first_key - 1) AS k(greatest)
                WHERE t.id = ? AND k.greatest IS NOT NULL
                """, row -> new OwnKeys(row.getLong(1), row.getLong(2)), column, table);
    }

    /** The version of TLS on this connection, empty where it is in the clear. */
    public Optional<String> encryption() throws SQLException {
        return database.first(
                "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl", row -> row.getString(1));
    }

    /** The table with the hub's number {@code id}, empty where it is gone. */
    public Optional<Access> access(int id) throws SQLException {
        return database.first(
                """
                SELECT n.nspname, c.relname,
                       has_table_privilege(c.oid, 'SELECT'), has_table_privilege(c.oid, 'INSERT'),
                       has_table_privilege(c.oid, 'UPDATE'), has_table_privilege(c.oid, 'DELETE'),
                       c.relrowsecurity, NOT row_security_active(c.oid)
                FROM offsync.tracked_table AS t
                JOIN pg_class AS c ON c.oid = t.relation
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE t.id = ?
                """,
                row -> new Access(
                        new TableName(row.getString(1), row.getString(2)),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        row.getBoolean(5),
                        row.getBoolean(6),
                        row.getBoolean(7),
                        row.getBoolean(8)),
                id);
    }

    public List<TriggerAudit.Finding> triggerFaults(int id, TableName table) throws SQLException {
        Optional<TableDefinition> definition = new Catalog(database).table(table);
        return definition.isEmpty() ? List.of() : new HubSchema(database).triggerFaults(id, definition.get());
    }

    /**
     * Greets as a run does and runs the triggers of each table that the device pushes to, all in a transaction that is
     * rolled back; it touches no row of theirs.
     *
     * @return what the server said to a write that failed
     */
    public List<String> probe(int device, List<SyncedTable> tables) throws SQLException {
        try {
            return database.transaction(() -> {
                database.execute("SET LOCAL lock_timeout = '2s'");
                database.list("SELECT offsync.hello(?, gen_random_uuid())", row -> row.getString(1), device);
                for (SyncedTable table : tables) {
                    touch(table);
                }
                database.execute("ROLLBACK; BEGIN");
                return List.of();
            });
        } catch (SQLException e) {
            if (SqlErrors.isTransient(e) && !SqlErrors.isLockTimeout(e)) {
                throw e;
            }
            return List.of(String.valueOf(e.getMessage()));
        }
    }

    private void touch(SyncedTable table) throws SQLException {
        Integer id = table.hubTable();
        Optional<Access> access = id == null ? Optional.empty() : access(id);
        if (access.isPresent() && access.get().update() && table.pushes()) {
            Optional<String> column = new Catalog(database)
                    .table(access.get().table())
                    .flatMap(definition -> definition.columns().stream()
                            .filter(c ->
                                    c.generated().isEmpty() && !c.identity().equals("a"))
                            .map(c -> TableName.quote(c.name()))
                            .findFirst());
            if (column.isPresent()) {
                database.execute("UPDATE " + access.get().table().sql() + " SET " + column.get() + " = " + column.get()
                        + " WHERE false");
            }
        }
    }

    public boolean isSuperuser() throws SQLException {
        return database.first("SELECT rolsuper FROM pg_roles WHERE rolname = current_user", row -> row.getBoolean(1))
                .orElse(false);
    }

    /** Whether the role sees what other sessions do, and with it the one that holds changes back. */
    public boolean seesSessions() throws SQLException {
        return database.first("SELECT pg_has_role('pg_read_all_stats', 'USAGE')", row -> row.getBoolean(1))
                .orElse(false);
    }
}
