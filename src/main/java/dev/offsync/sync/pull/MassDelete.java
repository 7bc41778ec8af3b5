package dev.offsync.sync.pull;

import dev.offsync.config.MaxDelete;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.local.inbox.Inbox;
import dev.offsync.local.queue.Queue;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.CopyPipe;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * The safety stop before a run that would delete much of a table: an emptied table may be a mistake, and nothing brings
 * the rows back once every device has followed. Counted over the whole run before its first row is sent or applied.
 */
public final class MassDelete {
    private final LocalSession session;

    public MassDelete(LocalSession session) {
        this.session = session;
    }

    /** Refuses a push whose claimed operations would delete more of the hub's rows than max_delete says. */
    public void refuseToPush(List<Queue.Planned> planned) throws SQLException {
        if (planned.stream().mapToLong(Queue.Planned::deletes).sum() < MaxDelete.ALWAYS_ALLOWED) {
            return;
        }
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

    /**
     * Counts the deletions of a pull that takes several chunks before the first of them is applied.
     *
     * @param copy the COPY of the deletions that {@code sources} announce
     */
    void refuseAnnounced(PullSource from, String copy, List<Source> sources) throws SQLException {
        var inbox = new Inbox(session.database());
        CopyOut out = from.copy(copy);
        inbox.createDeletions();
        CopyIn in = session.database().copyIn(Inbox.COPY_DELETIONS_IN);
        try {
            from.receive(() -> CopyPipe.run(out::readFromCopy, in, HubLink::local));
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
        for (Source source : sources) {
            refuseToPull(inbox.announcedDeletes(source.table()), source.table());
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
