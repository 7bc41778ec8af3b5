package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.conflict.Dissolution;
import dev.offsync.local.device.ExistingRows;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import java.sql.SQLException;
import java.util.Optional;

/** Meetings of a row of the hub with pending work that leave nothing to decide, though neither was made on the other. */
final class NoConflict {
    private final ExistingRows existing;

    NoConflict(ExistingRows existing) {
        this.existing = existing;
    }

    /** Whether there was no row before {@code first}, the row's first operation. */
    boolean made(SyncedTable table, PendingOperation first) throws SQLException {
        return first.inserted() && !existing.wasThere(table, first.id());
    }

    /** What becomes of the row, with nothing for the log; nothing where it is a conflict. */
    Optional<Decision> decision(SyncedTable table, Conflict conflict, PendingOperation first) throws SQLException {
        boolean made = made(table, first);
        Row remote = conflict.remote();
        boolean equalNow = remote != null && Dissolution.same(conflict.local(), remote);
        boolean equalAtFirst = first.inserted() && !made && remote != null && Dissolution.same(first.newRow(), remote);
        if (conflict.type() == ConflictType.INSERT_INSERT && equalNow) {
            return Optional.of(new Decision.KeepRemote("both sides have the same row"));
        }
        if (equalAtFirst) {
            return Optional.of(
                    new Decision.KeepLocal("the rows were equal when offsync came, and this one changed since"));
        }
        return Dissolution.isTakenBack(conflict, made)
                ? Optional.of(new Decision.KeepRemote("the local change was taken back, as a push would see it"))
                : Optional.empty();
    }
}
