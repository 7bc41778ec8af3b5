package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.local.rows.RowReferences;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.settle.Settler.Remote;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes decisions about one row true on the device, within the caller's local transaction. */
final class Execution {
    private final Database database;
    private final LocalRows rows;
    private final RowReferences references;
    private final OperationStates states;

    Execution(Database database, LocalRows rows, OperationStates states) {
        this.database = database;
        this.rows = rows;
        this.references = new RowReferences(database);
        this.states = states;
    }

    /**
     * Why a row cannot be written: a counter too large for its type, a CHECK, other rows.
     *
     * @param forGood whether it is for other rows, and nobody will try again when these have moved
     */
    record Objection(String why, boolean forGood) {}

    /** Carries a decision out, or says why its row cannot be written. */
    Optional<Objection> objection(SyncedTable table, Conflict conflict, Decision decision, Arrival arrival)
            throws SQLException {
        if (!(decision instanceof Decision.Write)) {
            carryOut(table, conflict, decision, arrival);
            return Optional.empty();
        }
        Savepoint before = database.connection().setSavepoint();
        String why;
        boolean mayFit;
        try {
            carryOut(table, conflict, decision, arrival);
            HubRows.checkConstraints(database);
            Optional<String> missing = references.missingParent(table, conflict.recordId());
            if (missing.isEmpty()) {
                database.connection().releaseSavepoint(before);
                return Optional.empty();
            }
            why = missing.get();
            mayFit = true;
        } catch (SQLException e) {
            if (!SqlErrors.isDataError(e)) {
                throw e;
            }
            why = HubErrors.text(e);
            mayFit = HubRows.mayFitLater(e);
        }
        database.connection().rollback(before);
        boolean forGood = mayFit && !arrival.meetAgain(table, conflict);
        return Optional.of(new Objection("that row cannot be written: " + why, forGood));
    }

    /** Makes a decision true on the device; what is to reach the hub becomes pending on the hub's version. */
    void carryOut(SyncedTable table, Conflict conflict, Decision decision, Arrival arrival) throws SQLException {
        String recordId = conflict.recordId();
        @Nullable Row local = conflict.local();
        if (decision instanceof Decision.KeepRemote) {
            states.supersede(table, recordId);
            var remote = new Remote(conflict.remoteVersion(), conflict.remote(), conflict.remoteChangedAt());
            arrival.take(table, recordId, remote, local);
            return;
        }
        states.stand(table, recordId, local);
        if (decision instanceof Decision.Write write) {
            @Nullable Row now = rows.lock(table, recordId).orElse(null);
            if (!write.row().equals(now)) {
                rows.put(table, recordId, write.row(), now != null);
            }
        }
        rows.rest(table, recordId, conflict.remoteVersion());
        states.release(table, recordId);
        if (local != null || decision instanceof Decision.Write) {
            rows.markApplying(table, recordId, "pending", conflict.remoteVersion() + 1);
        }
    }
}
