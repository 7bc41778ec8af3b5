package dev.offsync.sync.pull;

import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Pending work meets a hub that was restored: where the hub has what the work was made on, or an earlier state of it, the
 * work goes on top of that; else the versions are made to differ, since the same one may have been issued twice.
 */
final class Rebase {
    private final LocalSession session;
    private final HubLink link;
    private final LocalRows rows;

    Rebase(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
        this.rows = new LocalRows(session.database());
    }

    void onto(SyncedTable table, String recordId, Settler.Remote remote) throws SQLException {
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        PendingOperation first = new OperationStates(session.database())
                .of(table, recordId, link.hello().clock().toString())
                .get(0);
        long known = rows.version(table, recordId, first.inserted());
        boolean builtOnThat = Objects.equals(first.oldRow(), remote.row()) || Objects.equals(local, remote.row());
        boolean earlier = known > remote.version() && !isNews(remote);
        if (builtOnThat || earlier) {
            rows.rest(table, recordId, remote.row() == null ? 0 : remote.version());
        } else if (known == remote.version()) {
            rows.rest(table, recordId, known - 1);
        }
    }

    /** Whether the hub's row was changed since this device was last in contact. */
    private boolean isNews(Settler.Remote remote) {
        Instant contact = session.device().lastContactAt();
        return contact == null
                || remote.changedAt() == null
                || remote.changedAt().isAfter(contact);
    }
}
