package dev.offsync.sync.settle;

import dev.offsync.local.queue.PendingWork;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.settle.Settler.Remote;
import org.jspecify.annotations.Nullable;

/** A row of the hub that meets pending work on the device; {@code key} is the text of its key. */
public record Meeting(SyncedTable table, String key, Remote remote) {
    /**
     * The two as a conflict.
     *
     * @param base the row that both started from; null where nobody knows
     * @param local the device's row; null where it is deleted there
     */
    Conflict conflict(ConflictType type, @Nullable Row base, @Nullable Row local, PendingWork work) {
        return new Conflict(
                table.name(),
                key,
                type,
                base,
                local,
                remote.row(),
                work.version(),
                remote.version(),
                work.lastChangedAt(),
                remote.changedAt(),
                table.key().stream().map(KeyColumn::name).toList());
    }
}
