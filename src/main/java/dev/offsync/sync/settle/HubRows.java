package dev.offsync.sync.settle;

import dev.offsync.local.rows.LocalRows;
import dev.offsync.local.rows.RowReferences;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts the hub's row in the place of a local one. Where it does not fit beside the rows that are here now (another one
 * has its unique value, its parent is not here yet, a child of a deleted row still is), the local row stays for the moment
 * and the next pull brings the hub's, together with what made room for it there. Works within the caller's local
 * transaction.
 */
final class HubRows implements Arrival {
    /** No version of the hub: whatever comes from there is news. */
    private static final long UNKNOWN_VERSION = -1;

    private final Database database;
    private final LocalRows rows;
    private final RowReferences references;

    HubRows(Database database, LocalRows rows) {
        this.database = database;
        this.rows = rows;
        this.references = new RowReferences(database);
    }

    @Override
    public void take(SyncedTable table, String recordId, Settler.Remote remote, @Nullable Row local)
            throws SQLException {
        take(table, recordId, remote, local, ConflictType.UNIQUE_VIOLATION);
    }

    /** Writes the hub's row where the local one has made room, or raises what stands against that. */
    void put(SyncedTable table, Conflict conflict) throws SQLException {
        String recordId = conflict.recordId();
        rows.beginApplying();
        rows.put(table, recordId, Objects.requireNonNull(conflict.remote()), false);
        rows.rest(table, recordId, conflict.remoteVersion());
        rows.mark(table, recordId, "synced", conflict.remoteVersion());
        rows.endApplying();
    }

    /** @param reason noted with the wish for the row, where it has to wait */
    void take(SyncedTable table, String recordId, Settler.Remote remote, @Nullable Row local, ConflictType reason)
            throws SQLException {
        rows.beginApplying();
        if (!fits(table, recordId, remote.row(), local)) {
            await(table, recordId, reason);
        } else if (remote.row() == null) {
            rows.forget(table, recordId);
        } else {
            rows.rest(table, recordId, remote.version());
            rows.mark(table, recordId, "synced", remote.version());
        }
        rows.endApplying();
    }

    @Override
    public boolean meetAgain(SyncedTable table, Conflict conflict) throws SQLException {
        rows.askFor(table, conflict.recordId(), ConflictType.UNIQUE_VIOLATION);
        return true;
    }

    /** That a deletion takes no row's parent away has to be seen row by row. */
    @Override
    public boolean takesWithOthers(Settler.Remote remote) {
        return remote.row() != null;
    }

    @Override
    public void takeAll(SyncedTable table, List<Conflict> conflicts) throws SQLException {
        var replaced = new LinkedHashMap<String, Row>();
        var inserted = new LinkedHashMap<String, Row>();
        var versions = new LinkedHashMap<String, Long>();
        for (Conflict conflict : conflicts) {
            (conflict.local() == null ? inserted : replaced)
                    .put(conflict.recordId(), Objects.requireNonNull(conflict.remote()));
            versions.put(conflict.recordId(), conflict.remoteVersion());
        }
        rows.beginApplying();
        rows.put(table, replaced, true);
        rows.put(table, inserted, false);
        checkConstraints(database);
        references.requireParents(table, List.copyOf(versions.keySet()));
        rows.rest(table, versions);
        rows.mark(table, "synced", versions);
        rows.endApplying();
    }

    /** Raises now what deferred constraints have against what was written so far. */
    static void checkConstraints(Database database) throws SQLException {
        database.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED");
    }

    /** Whether other rows are what a row runs into, which may move. */
    static boolean mayFitLater(SQLException e) {
        return SqlErrors.isUniqueViolation(e) || SqlErrors.isForeignKeyViolation(e);
    }

    /** The next pull brings the hub's state of the row, whatever that is by then. */
    void await(SyncedTable table, String recordId, ConflictType reason) throws SQLException {
        rows.rest(table, recordId, UNKNOWN_VERSION);
        rows.askFor(table, recordId, reason);
    }

    /** Writes the row, or deletes it where it is null, unless that would break a constraint; says which. */
    boolean fits(SyncedTable table, String recordId, @Nullable Row row, @Nullable Row local) throws SQLException {
        if (row == null) {
            if (local != null && references.userOf(table, recordId, local, null).isPresent()) {
                return false;
            }
            if (local != null) {
                rows.delete(table, recordId);
            }
            return true;
        }
        database.execute("SAVEPOINT put");
        try {
            rows.put(table, recordId, row, local != null);
            checkConstraints(database);
            boolean whole = references.missingParent(table, recordId).isEmpty();
            database.execute(whole ? "RELEASE SAVEPOINT put" : "ROLLBACK TO SAVEPOINT put");
            return whole;
        } catch (SQLException e) {
            if (!mayFitLater(e)) {
                throw e;
            }
            database.execute("ROLLBACK TO SAVEPOINT put");
            return false;
        }
    }
}
