package dev.offsync.sync.pull;

import dev.offsync.local.inbox.ForeignKeys.Orphan;
import dev.offsync.local.inbox.InboxWriter.Blocked;
import dev.offsync.model.ConflictType;
import dev.offsync.model.RecordText;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.settle.Meeting;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rows of a pull that have no place beside the device's own pending work: each becomes a conflict of that work. */
final class PullCollisions {
    private final Settler settler;

    PullCollisions(Settler settler) {
        this.settler = settler;
    }

    /** Rows of the hub that wait aside, because rows made here hold their unique values. */
    void blocked(SyncedTable table, List<String> sent, List<Blocked> blocked) throws SQLException {
        Map<String, List<Blocked>> byLocalRow = blocked.stream()
                .collect(Collectors.groupingBy(Blocked::localRecordId, LinkedHashMap::new, Collectors.toList()));
        for (Map.Entry<String, List<Blocked>> entry : byLocalRow.entrySet()) {
            Blocked first = entry.getValue().get(0);
            var remote = new Settler.Remote(first.version(), content(table, sent, first), first.changedAt());
            settler.collide(
                    new Meeting(table, entry.getKey(), remote),
                    new Settler.Collision(
                            ConflictType.UNIQUE_VIOLATION,
                            entry.getValue().stream()
                                    .map(row -> holder(table, sent, row))
                                    .toList()));
        }
    }

    private static RelatedRow holder(SyncedTable table, List<String> sent, Blocked row) {
        return new RelatedRow(
                table.name().display(),
                row.recordId(),
                "holds",
                row.constraint(),
                row.columns(),
                content(table, sent, row),
                row.version(),
                true);
    }

    private static Row content(SyncedTable table, List<String> sent, Blocked row) {
        return Row.of(table.columns(), RecordText.parse(row.row())).only(sent);
    }

    /** A row made here whose parent the hub has deleted; the parent stays here until that is settled. */
    void orphan(Orphan orphan) throws SQLException {
        @Nullable
        Row copy = settler.rows().lock(orphan.parent(), orphan.parentRecordId()).orElse(null);
        settler.collide(
                new Meeting(orphan.child(), orphan.recordId(), new Settler.Remote(0, null, null)),
                new Settler.Collision(
                        ConflictType.FOREIGN_KEY,
                        List.of(new RelatedRow(
                                orphan.parent().name().display(),
                                orphan.parentRecordId(),
                                "missing",
                                orphan.reference().name(),
                                orphan.reference().parentColumns(),
                                copy,
                                null,
                                false))));
    }
}
