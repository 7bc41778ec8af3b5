package dev.offsync.sync;

import dev.offsync.local.ConflictLog;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.local.rows.RowReferences;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts local rows back to what they were before operations that are dropped. Works within the caller's transaction. */
final class RowUndo {
    private final Database database;
    private final LocalRows rows;
    private final RowReferences references;
    private final ConflictLog conflicts;
    private final Map<Integer, Boolean> present = new HashMap<>();

    RowUndo(Database database) {
        this.database = database;
        this.rows = new LocalRows(database);
        this.references = new RowReferences(database);
        this.conflicts = new ConflictLog(database);
    }

    /**
     * Restores one row, and returns whether it had to be changed.
     *
     * @param kept operations on the row that stay pending, older than those that are dropped
     */
    boolean restore(SyncedTable table, String recordId, List<PendingOperation> kept, List<PendingOperation> dropped)
            throws SQLException {
        if (!exists(table)) {
            return false;
        }
        @Nullable Row now = rows.lock(table, recordId).orElse(null);
        @Nullable Row then = kept.isEmpty() ? base(table, recordId, dropped) : last(kept);
        boolean changes = then == null
                ? now != null
                : now == null || !now.only(then.columns()).equals(then);
        if (changes && now != null) {
            Optional<String> user = references.userOf(table, recordId, now, then);
            if (user.isPresent()) {
                throw Discard.refused(table, recordId, user.get());
            }
        }
        rows.beginApplying();
        if (then != null && changes) {
            rows.put(table, recordId, then, now != null);
        } else if (changes) {
            rows.delete(table, recordId);
        }
        settle(table, recordId, kept, then);
        rows.endApplying();
        return changes;
    }

    private void settle(SyncedTable table, String recordId, List<PendingOperation> kept, @Nullable Row then)
            throws SQLException {
        if (then == null && kept.isEmpty()) {
            rows.forget(table, recordId);
        } else if (then != null) {
            boolean inserted = !kept.isEmpty() && kept.get(0).inserted();
            long version = rows.version(table, recordId, inserted);
            rows.mark(table, recordId, kept.isEmpty() ? "synced" : "pending", version + kept.size());
        }
    }

    /** A key that the row needs to be there is, when all rows are restored. */
    void requireParents(SyncedTable table, String recordId) throws SQLException {
        if (exists(table)) {
            Optional<String> missing = references.missingParent(table, recordId);
            if (missing.isPresent()) {
                throw Discard.refused(table, recordId, missing.get());
            }
        }
    }

    /**
     * The row as the hub had it in the version that it rests on. That is the row before the first operation, unless a
     * conflict was settled for the local row since: then it is the hub's row in that conflict.
     */
    private @Nullable Row base(SyncedTable table, String recordId, List<PendingOperation> operations)
            throws SQLException {
        long version = rows.version(table, recordId, operations.get(0).inserted());
        Optional<ConflictEntry> settled = conflicts
                .lastOn(table.name(), recordId)
                // Over a unique value the hub's row is another one.
                .filter(entry -> entry.resolved()
                        && ConflictType.of(entry.type()).isAboutOneRow()
                        && Objects.equals(entry.remoteVersion(), version));
        return settled.isPresent() ? settled.get().remote() : end(operations, -1);
    }

    private static @Nullable Row last(List<PendingOperation> operations) {
        return end(operations, 1);
    }

    /**
     * One end of the chain of images that operations on a row make, whatever their order: the image that none led to
     * ({@code side} -1), or the one that none started from (1). An absent row is an image, too.
     */
    private static @Nullable Row end(List<PendingOperation> operations, int side) {
        var weights = new LinkedHashMap<Optional<Row>, Integer>();
        for (PendingOperation operation : operations) {
            weights.merge(Optional.ofNullable(operation.oldRow()), -1, Integer::sum);
            weights.merge(Optional.ofNullable(operation.newRow()), 1, Integer::sum);
        }
        return weights.entrySet().stream()
                .filter(entry -> Integer.signum(entry.getValue()) == side)
                .map(Map.Entry::getKey)
                .findFirst()
                // Back where it began.
                .orElseGet(() -> Optional.ofNullable(operations.get(0).oldRow()))
                .orElse(null);
    }

    private boolean exists(SyncedTable table) throws SQLException {
        Boolean known = present.get(table.id());
        if (known == null) {
            known = new Catalog(database).table(table.name()).isPresent();
            present.put(table.id(), known);
        }
        return known;
    }
}
