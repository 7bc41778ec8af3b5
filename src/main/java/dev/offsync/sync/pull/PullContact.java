package dev.offsync.sync.pull;

import dev.offsync.hub.Contact;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.Report;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The contact that a chunk ends with: committed on the hub before the local transaction that it is called in. */
final class PullContact {
    private final LocalSession session;
    private final HubLink link;

    PullContact(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    /**
     * What the hub may rely on before this contact, and not what the contact brings: the snapshot that every table has been
     * read up to, durably; null where one was never read.
     */
    @Nullable
    String confirmed(String snapshot) throws SQLException {
        return session.tables().stream().noneMatch(SyncedTable::pulls)
                ? snapshot
                : new Cursors(session.database()).oldest().orElse(null);
    }

    /**
     * @param replicaPosition how far the replica was that was read; null: the hub itself was
     * @param endsReading whether the transaction that was read in is still open on the hub, and ends in the same turn
     */
    void make(UUID next, @Nullable String confirmed, @Nullable String replicaPosition, boolean endsReading)
            throws SQLException {
        Database database = session.database();
        QueueCounts.Counts counts = new QueueCounts(database).all();
        int conflicts = new ConflictLog(database).open().size();
        String report = Report.afterPull(counts, conflicts, link.skewMs(), confirmed);
        Contact contact = link.contact(next);
        link.call(hub -> {
            hub.contact(contact, report, endsReading);
            return hub;
        });
        var device = new DeviceStore(database);
        DeviceStore.Seen before = device.seen();
        device.contacted(link.hello().clock(), device.lastOperation(), link.skewMs());
        if (replicaPosition != null) {
            device.readFromReplica(before, replicaPosition);
        }
        database.update("UPDATE offsync.device SET last_pull_at = now()");
    }
}
