package dev.offsync.sync.check;

import dev.offsync.model.Direction;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.run.LocalTriggers;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Writes to each table as an application does and takes it back. Where the application's own triggers can be kept quiet a
 * row is deleted and must turn up in the journal; otherwise a row is updated to what it is, which captures nothing but
 * runs the capture functions.
 */
final class LocalProbe {
    private final Database database;
    private final Findings findings;

    LocalProbe(Database database, Findings findings) {
        this.database = database;
        this.findings = findings;
    }

    void run(List<SyncedTable> tables) throws SQLException {
        int before = findings.count();
        boolean silent = LocalTriggers.maySilence(database);
        for (SyncedTable table : tables) {
            if (table.pushes()) {
                probe(table, silent && table.direction() == Direction.BOTH);
            }
        }
        if (findings.count() == before) {
            findings.passed("a write to each table, rolled back here");
        }
    }

    private void probe(SyncedTable table, boolean delete) throws SQLException {
        try {
            database.transaction(() -> {
                database.execute("SET LOCAL lock_timeout = '2s'");
                LocalTriggers.silence(database);
                if (delete) {
                    delete(table);
                } else {
                    update(table);
                }
                database.execute("ROLLBACK; BEGIN");
                return table;
            });
        } catch (SQLException e) {
            if (SqlErrors.isLockTimeout(e)) {
                findings.advice(
                        "local_write",
                        "table " + table.name().display() + " is locked by somebody and was not written to",
                        "run offsync check again later");
            } else if (SqlErrors.isTransient(e)) {
                throw e;
            } else {
                findings.error(
                        "local_write",
                        "a write to " + table.name().display() + " fails: " + HubErrors.text(e),
                        "run offsync init --tables " + table.name().display() + " with the role that owns the table");
            }
        }
    }

    private void delete(SyncedTable table) throws SQLException {
        long rows = database.update("DELETE FROM " + table.name().sql() + oneRow(table));
        long captured = database.number(
                "SELECT count(*) FROM offsync.journal WHERE xid = pg_current_xact_id() AND table_id = ?", table.id());
        if (rows != captured) {
            findings.error(
                    "not_captured",
                    "a deletion in " + table.name().display() + " was not captured",
                    "run offsync init --tables " + table.name().display() + ", then offsync verify");
        }
    }

    private void update(SyncedTable table) throws SQLException {
        Optional<String> column = new Catalog(database)
                .table(table.name())
                .flatMap(definition -> definition.columns().stream()
                        .filter(c -> c.generated().isEmpty() && !c.identity().equals("a"))
                        .map(Column::name)
                        .findFirst());
        if (column.isPresent()) {
            String name = TableName.quote(column.get());
            database.update("UPDATE " + table.name().sql() + " SET " + name + " = " + name + oneRow(table));
        }
    }

    /** Any row that nobody else is writing just now. */
    private static String oneRow(SyncedTable table) {
        return " WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM "
                + table.name().sql() + " LIMIT 1 FOR UPDATE SKIP LOCKED)";
    }
}
