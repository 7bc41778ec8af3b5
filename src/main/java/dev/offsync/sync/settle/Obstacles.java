package dev.offsync.sync.settle;

import dev.offsync.local.ConflictLog;
import dev.offsync.local.ConflictLog.Ending;
import dev.offsync.local.ConflictLog.Mover;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.RowName;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Open conflicts with other rows, a {@code unique_violation} or {@code foreign_key}, whose obstacle may be gone: one of the
 * rows that they are about has moved, or their own row. Whether it is gone only the hub can tell, so the change is sent
 * again; where the hub takes it, the conflict closes itself. Works within the caller's local transaction.
 */
public final class Obstacles {
    private final LocalSession session;
    private final Settler settler;
    private final ConflictLog log;
    private final OperationStates states;
    private final LocalRows rows;
    private final String hubClock;

    public Obstacles(LocalSession session, Settler settler, Instant hubClock) {
        this.session = session;
        this.settler = settler;
        this.log = new ConflictLog(session.database());
        this.states = new OperationStates(session.database());
        this.rows = settler.rows();
        this.hubClock = hubClock.toString();
    }

    /** Rows that the batch in hand has taken to the hub, or the next one takes. Returns how many conflicts may be over. */
    public int movedHere() throws SQLException {
        return sendAgain(Mover.OUTBOX) + sendAgain(Mover.NEXT_BATCH) + decided();
    }

    /** Rows that the inbox has brought. Returns how many conflicts may be over. */
    public int movedOnHub() throws SQLException {
        return sendAgain(Mover.INBOX) + decided();
    }

    /** Rows whose own conflicts were settled since this was asked last. Returns how many other conflicts may be over. */
    public int decided() throws SQLException {
        List<RowName> rows = settler.dealt().newlyDecided();
        return rows.isEmpty() ? 0 : release(log.about(rows), true);
    }

    /** Rows in conflict that were changed here since. */
    void edited() throws SQLException {
        sendAgain(Mover.THE_ROW_ITSELF);
    }

    private int sendAgain(Mover mover) throws SQLException {
        // What this batch has run into is still there, unless it goes with the next one.
        return release(log.withMovedObstacle(mover), mover == Mover.NEXT_BATCH);
    }

    /** @param all whether those are sent again, too, that were found to collide just now */
    private int release(List<ConflictEntry> entries, boolean all) throws SQLException {
        int sent = 0;
        for (ConflictEntry entry : entries) {
            Optional<SyncedTable> table = table(entry);
            if (table.isPresent() && (all || !settler.dealt().hasCollided(table.get(), entry.recordId()))) {
                states.release(table.get(), entry.recordId());
                sent++;
            }
        }
        return sent;
    }

    /** Closes the conflicts of which nothing is left to be sent. */
    public void closePassed() throws SQLException {
        for (ConflictEntry entry : log.withNothingQueued()) {
            Optional<SyncedTable> table = table(entry);
            if (table.isPresent()
                    && states.of(table.get(), entry.recordId(), hubClock).isEmpty()) {
                @Nullable Row local = rows.lock(table.get(), entry.recordId()).orElse(null);
                log.close(entry.id(), new Ending("dissolved", local, "offsync", reason(entry, local)));
            }
        }
    }

    private static String reason(ConflictEntry entry, @Nullable Row local) {
        if (local == null && entry.base() == null) {
            return "the local row was taken back, so there is nothing left to send";
        }
        if (ConflictType.of(entry.type()) == ConflictType.UNIQUE_VIOLATION) {
            return "no other row of the hub holds its unique value any more, so the hub took the change";
        }
        return local == null
                ? "the deletion takes nothing else along any more, so the hub took it"
                : "what it references is on the hub, so the hub took the change";
    }

    private Optional<SyncedTable> table(ConflictEntry entry) {
        return session.tables().stream()
                .filter(t -> t.name().display().equals(entry.table()))
                .findFirst();
    }
}
