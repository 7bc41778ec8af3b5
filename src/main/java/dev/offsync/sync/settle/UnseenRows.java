package dev.offsync.sync.settle;

import dev.offsync.local.ConflictLog;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.QueuedChanges;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows of the hub that the device may never have had, as far as a decision about another row concerns them. */
final class UnseenRows {
    private final LocalSession session;
    private final LocalRows rows;
    private final HubRows hubRows;
    private final OperationStates states;
    private final String by;

    UnseenRows(LocalSession session, LocalRows rows, HubRows hubRows, OperationStates states, String by) {
        this.session = session;
        this.rows = rows;
        this.hubRows = hubRows;
        this.states = states;
        this.by = by;
    }

    /** A deleted row comes back, with its children: those that were deleted with it, and those that were never here. */
    void bringBack(SyncedTable table, Conflict conflict, List<RelatedRow> related) throws SQLException {
        List<OperationStates.Waiting> waiting = states.waitingFor(table, conflict.recordId(), session.tables());
        states.supersede(table, conflict.recordId());
        put(table, conflict.recordId(), Objects.requireNonNull(conflict.remote()), conflict.remoteVersion());
        for (OperationStates.Waiting child : waiting) {
            Row row = child.oldRow();
            if (row != null && rows.lock(child.table(), child.recordId()).isEmpty()) {
                long version = rows.version(child.table(), child.recordId(), false);
                states.supersede(child.table(), child.recordId());
                put(child.table(), child.recordId(), row, version);
                // The hub may have changed it since: its deletion may have been decided over that.
                if (child.table().pulls()) {
                    hubRows.await(child.table(), child.recordId(), ConflictType.FOREIGN_KEY);
                }
                note(
                        child.table(),
                        child.recordId(),
                        row,
                        "remote",
                        row,
                        "it came back with the row that it references");
            }
        }
        for (RelatedRow row : related) {
            Optional<SyncedTable> child = table(row);
            // Outside of a filter it has no place here.
            if (child.isPresent() && child.get().pulls() && child.get().condition() == null && row.recordId() != null) {
                // One whose deletion is on its way is decided about by itself.
                if (rows.lock(child.get(), row.recordId()).isEmpty()
                        && !states.hasUnfinished(child.get(), row.recordId())) {
                    put(
                            child.get(),
                            row.recordId(),
                            Objects.requireNonNull(row.row()),
                            Objects.requireNonNull(row.version()));
                }
            }
        }
    }

    /** Where there is no room for it yet, beside a row that is about to be settled itself, the next pull brings it. */
    private void put(SyncedTable table, String recordId, @Nullable Row row, long version) throws SQLException {
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        hubRows.take(table, recordId, new Settler.Remote(version, row, null), local, ConflictType.FOREIGN_KEY);
    }

    /** What references a deleted row is deleted with it, or loses the reference. */
    void deleteToo(List<RelatedRow> related) throws SQLException {
        var once = new LinkedHashMap<List<@Nullable String>, RelatedRow>();
        for (RelatedRow row : related) {
            once.merge(Arrays.asList(row.table(), row.recordId()), row, RelatedRow::and);
        }
        for (RelatedRow row : once.values()) {
            SyncedTable table = table(row).orElseThrow();
            String recordId = Objects.requireNonNull(row.recordId());
            Optional<Row> local = rows.lock(table, recordId);
            boolean pending = states.hasUnfinished(table, recordId);
            if (pending && hasLeft(row, local)) {
                continue;
            }
            Row known = Objects.requireNonNull(row.row());
            @Nullable Row after = null;
            if (row.effect().equals("cleared")) {
                after = known;
                for (String column : row.columns()) {
                    after = after.with(column, null);
                }
            }
            // The hub's row may be another than the one here: nothing but the reference is to be kept of this one.
            boolean onHub = row.version() != null;
            if (onHub && !pending && (local.isEmpty() || table.pulls())) {
                change(table, row, after);
            } else if (local.isPresent()) {
                write(table, recordId, after);
            }
            note(table, recordId, known, "local", after, "the row that it referenced was deleted");
        }
    }

    private void write(SyncedTable table, String recordId, @Nullable Row row) throws SQLException {
        if (row == null) {
            rows.delete(table, recordId);
        } else {
            rows.put(table, recordId, row, true);
        }
    }

    /** Whether the row was deleted here, or got another parent; where that is on its way, it is decided about by itself. */
    private static boolean hasLeft(RelatedRow row, Optional<Row> local) {
        Row known = Objects.requireNonNull(row.row());
        return local.isEmpty()
                || row.columns().stream()
                        .anyMatch(column -> !Objects.equals(local.get().get(column), known.get(column)));
    }

    /** Queues a change of a row on the hub's version of it, whatever is here; it is here afterwards unless deleted. */
    void change(SyncedTable table, RelatedRow row, @Nullable Row after) throws SQLException {
        String recordId = Objects.requireNonNull(row.recordId());
        long version = Objects.requireNonNull(row.version());
        if (table.pulls()) {
            put(table, recordId, after, version);
        }
        if (after == null || !table.pulls()) {
            // put() leaves no version of a row that is not here
            rows.rest(table, recordId, version);
        }
        new QueuedChanges(session.database()).change(table, recordId, Objects.requireNonNull(row.row()), after);
    }

    private void note(
            SyncedTable table, String recordId, Row remote, String resolution, @Nullable Row data, String because)
            throws SQLException {
        var log = new ConflictLog(session.database());
        long id = log.open(
                new Conflict(
                        table.name(),
                        recordId,
                        ConflictType.FOREIGN_KEY,
                        remote,
                        null,
                        remote,
                        0,
                        0,
                        null,
                        null,
                        List.of()),
                null,
                because);
        log.close(id, new ConflictLog.Ending(resolution, data, by, because));
    }

    private Optional<SyncedTable> table(RelatedRow row) {
        return session.tables().stream()
                .filter(table -> table.name().display().equals(row.table()))
                .findFirst();
    }
}
