package dev.offsync.sync.settle;

import dev.offsync.local.rows.LocalRows;
import dev.offsync.local.rows.NewKey;
import dev.offsync.local.rows.Rekeying;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;

/** Gives the local row of two that were inserted with one key another one, or says why that cannot be. */
record Rekeyer(LocalSession session) {
    /** What came of it: the row with its new key, or else the reason why everything is as it was. */
    record Attempt(Optional<Row> row, String account) {}

    /** What is to happen on the old key, once it is free. */
    @FunctionalInterface
    interface Then {
        void run() throws SQLException;
    }

    Attempt move(SyncedTable table, String recordId, Then then) throws SQLException {
        Savepoint before = session.database().connection().setSavepoint();
        try {
            var rows = new LocalRows(session.database());
            rows.beginApplying();
            Optional<NewKey> key = new Rekeying(session.database(), session.tables()).move(table, recordId);
            rows.endApplying();
            if (key.isEmpty()) {
                return new Attempt(
                        Optional.empty(),
                        "the key of " + table.name().display() + " has no default to take a new one from");
            }
            then.run();
            rows.markApplying(table, key.get().recordId(), "pending", 1);
            return new Attempt(
                    rows.lock(table, key.get().recordId()),
                    "the local row moved to key " + key.get().recordId());
        } catch (SQLException e) {
            if (!SqlErrors.isDataError(e)) {
                throw e;
            }
            session.database().connection().rollback(before);
            return new Attempt(Optional.empty(), "the local row cannot be moved: " + HubErrors.text(e));
        }
    }
}
