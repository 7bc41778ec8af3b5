package dev.offsync.sync.pull;

import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.Cursors.Cursor;
import dev.offsync.local.inbox.ForeignKeys;
import dev.offsync.local.inbox.Reconciliation;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Rows that a restored hub lacks, and rows without a parent: what can be told only once every row is here. */
final class MissingRows {
    private final LocalSession session;

    MissingRows(LocalSession session) {
        this.session = session;
    }

    /**
     * Offers the former, removes the latter, and returns how many are gone.
     *
     * @param alone whether all came at once, so that references to rows of other tables can be looked at
     */
    long settle(List<SyncedTable> tables, Map<Integer, Cursor> cursors, boolean alone) throws SQLException {
        for (SyncedTable table : tables) {
            Cursor cursor = Objects.requireNonNull(cursors.get(table.id()));
            if (cursor.reconcile() == Reconcile.REJOIN && table.pushes()) {
                new Reconciliation(session.database(), table).offerMissing();
            }
        }
        var register = new Cursors(session.database());
        if (!alone || !register.referencesUnchecked()) {
            return 0;
        }
        long deleted = orphans(tables);
        register.referencesChecked();
        return deleted;
    }

    /** A row that goes may have been a parent itself. */
    private long orphans(List<SyncedTable> tables) throws SQLException {
        var foreignKeys = new ForeignKeys(session.database(), session.tables());
        long deleted = 0;
        long removed = 1;
        while (removed > 0) {
            removed = 0;
            for (SyncedTable table : tables) {
                removed += foreignKeys.removeOrphans(table);
            }
            deleted += removed;
        }
        return deleted;
    }
}
