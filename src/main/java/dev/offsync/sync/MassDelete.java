package dev.offsync.sync;

import dev.offsync.config.MaxDelete;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.Inbox;
import dev.offsync.local.Queue;
import dev.offsync.model.SyncedTable;
import java.sql.SQLException;

/**
 * The safety stop before a run that would delete much of a table: an emptied table may be a mistake, and nothing brings
 * the rows back once every device has followed. Counted over the whole run before its first row is sent or applied.
 */
final class MassDelete {
    private final LocalSession session;

    MassDelete(LocalSession session) {
        this.session = session;
    }

    /** Refuses a push whose claimed operations would delete more of the hub's rows than max_delete says. */
    void refuseToPush() throws SQLException {
        for (SyncedTable table : session.tables()) {
            long deletes = new Queue(session.database()).claimedDeletes(table);
            if (deletes >= MaxDelete.ALWAYS_ALLOWED) {
                refuse("push", table, deletes, rows(table) + deletes);
            }
        }
    }

    /** Refuses a pull that would delete more of a local table than max_delete says. */
    void refuseToPull(Inbox inbox, SyncedTable table) throws SQLException {
        refuseToPull(inbox.deletes(table), table);
    }

    /** Refuses a pull that would delete {@code deletes} rows of a local table, if that is more than max_delete says. */
    void refuseToPull(long deletes, SyncedTable table) throws SQLException {
        if (deletes >= MaxDelete.ALWAYS_ALLOWED) {
            refuse("pull", table, deletes, rows(table));
        }
    }

    private void refuse(String command, SyncedTable table, long deletes, long rows) {
        MaxDelete limit = session.settings().maxDelete();
        if (deletes > limit.allowed(rows)) {
            throw new OffsyncException(
                    Reason.MASS_DELETE,
                    "this " + command + " would delete " + deletes + " of " + rows + " rows of "
                            + table.name().display() + ", more than max_delete (" + limit + ") allows",
                    "if that is meant, run offsync " + command + " --allow-mass-delete");
        }
    }

    private long rows(SyncedTable table) throws SQLException {
        return session.database().number("SELECT count(*) FROM " + table.name().sql());
    }
}
