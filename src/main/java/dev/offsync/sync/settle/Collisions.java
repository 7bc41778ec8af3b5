package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.local.queue.QueuedChanges;
import dev.offsync.local.rows.LocalChildren;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what was decided about a row that collided with others: they hold its unique value, or are the parents that
 * it lacks. Works within the caller's local transaction, as {@link Settler} does.
 */
public final class Collisions {
    private static final int FEW = 5;

    private final LocalSession session;
    private final LocalRows rows;
    private final HubRows hubRows;
    private final OperationStates states;
    private final ConflictLog log;
    private final QueuedChanges queue;
    private final String hubClock;
    private final String by;

    Collisions(
            LocalSession session, LocalRows rows, HubRows hubRows, OperationStates states, String hubClock, String by) {
        this.session = session;
        this.rows = rows;
        this.hubRows = hubRows;
        this.states = states;
        this.log = new ConflictLog(session.database());
        this.queue = new QueuedChanges(session.database());
        this.hubClock = hubClock;
        this.by = by;
    }

    /** The first of the related rows in words, to follow the reason why a conflict is open. */
    static String described(List<RelatedRow> related) {
        String first = related.stream()
                .limit(FEW)
                .map(row -> row.constraint() + ": " + row.table() + (row.recordId() == null ? "" : " " + row.recordId())
                        + " " + row.role())
                .collect(Collectors.joining("; "));
        return related.size() <= FEW ? first : first + "; and " + (related.size() - FEW) + " more";
    }

    /** Why the local change cannot go to the hub even if somebody wants it to, if so. */
    public Optional<String> objection(Conflict conflict, List<RelatedRow> related) throws SQLException {
        if (conflict.type() != ConflictType.FOREIGN_KEY) {
            return Optional.empty();
        }
        for (RelatedRow row : related) {
            Optional<SyncedTable> table = table(row);
            if (table.isEmpty() || !table.get().pushes()) {
                return Optional.of("this device does not send changes of " + row.table());
            }
            if (row.effect().equals("missing") && (row.recordId() == null || row.row() == null)) {
                return Optional.of("this device has no copy of the row of " + row.table() + " that is missing");
            }
            if (row.effect().equals("reset")) {
                return Optional.of("only the hub knows the default that rows of " + row.table() + " would get");
            }
            if (row.recordId() != null && states.waits(table.get(), row.recordId())) {
                return Optional.of("the change of " + row.table() + " " + row.recordId() + " waits itself");
            }
        }
        return Optional.empty();
    }

    public void carryOut(SyncedTable table, Conflict conflict, List<RelatedRow> related, Decision decision)
            throws SQLException {
        String recordId = conflict.recordId();
        if (isOverDeletion(conflict, related) && !(decision instanceof Decision.Write)) {
            var unseen = new UnseenRows(session, rows, hubRows, states, by);
            if (decision instanceof Decision.KeepRemote) {
                unseen.bringBack(table, conflict, related);
            } else {
                unseen.deleteToo(related);
                release(table, conflict);
                if (conflict.local() != null && table.pulls()) {
                    // It goes from here once the hub has deleted it.
                    rows.askFor(table, recordId, conflict.type());
                }
            }
            return;
        }
        if (decision instanceof Decision.KeepRemote) {
            drop(table, recordId, conflict.base(), conflict.local(), conflict.type());
        } else {
            if (decision instanceof Decision.Write write) {
                rows.put(table, recordId, write.row(), conflict.local() != null);
            } else if (decision instanceof Decision.Displace displace) {
                displace(table, related, displace.other());
            } else {
                insertParents(related);
            }
            release(table, conflict);
        }
        for (RelatedRow row : related) {
            if (row.aside()) {
                bringIn(row);
            }
        }
    }

    /** Whether it is a deletion that others refer to; the row may be here still, if something here refers to it, too. */
    private static boolean isOverDeletion(Conflict conflict, List<RelatedRow> related) {
        return conflict.type() == ConflictType.FOREIGN_KEY
                && related.stream().noneMatch(row -> row.effect().equals("missing"));
    }

    private void release(SyncedTable table, Conflict conflict) throws SQLException {
        states.release(table, conflict.recordId());
        if (conflict.local() != null) {
            rows.markApplying(table, conflict.recordId(), "pending", conflict.localVersion());
        }
    }

    /** Undoes the local change, and with an insert those of the rows that reference it. */
    private void drop(SyncedTable table, String recordId, @Nullable Row base, @Nullable Row local, ConflictType type)
            throws SQLException {
        List<LocalChildren.Child> children =
                base != null ? List.of() : new LocalChildren(session.database(), session.tables()).of(table, recordId);
        states.supersede(table, recordId);
        for (LocalChildren.Child child : children) {
            dropChild(child.table(), child.recordId());
        }
        rows.beginApplying();
        if (base == null) {
            // Where something that waits for the hub's row refers to it, it goes with the next pull, which finds no
            // trace of it.
            if (hubRows.fits(table, recordId, null, local)) {
                rows.forget(table, recordId);
            } else {
                hubRows.await(table, recordId, type);
            }
        } else {
            // Where what it had is given away here meanwhile, it stays as it is until the hub's row comes.
            if (hubRows.fits(table, recordId, base, local)) {
                rows.mark(table, recordId, "synced", rows.version(table, recordId, false));
            }
            // The change may have been kept over a later state of the hub's own row, even over its deletion.
            hubRows.await(table, recordId, type);
        }
        rows.endApplying();
    }

    private void dropChild(SyncedTable table, String recordId) throws SQLException {
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            return;
        }
        Row base = operations.get(0).oldRow();
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        var conflict = new Conflict(
                table.name(),
                recordId,
                ConflictType.FOREIGN_KEY,
                base,
                local,
                base,
                0,
                0,
                operations.get(operations.size() - 1).changedAt(),
                null,
                List.of());
        long id = log.open(conflict, null, "");
        drop(table, recordId, base, local, ConflictType.FOREIGN_KEY);
        log.close(id, new ConflictLog.Ending("remote", base, by, "the row that it references was dropped"));
    }

    private void insertParents(List<RelatedRow> related) throws SQLException {
        for (RelatedRow parent : related) {
            SyncedTable table = table(parent).orElseThrow();
            String recordId = Objects.requireNonNull(parent.recordId());
            boolean present = rows.lock(table, recordId).isPresent();
            if (!states.of(table, recordId, hubClock).isEmpty()) {
                continue;
            }
            rows.forget(table, recordId);
            if (present) {
                queue.insert(table, recordId);
            } else {
                rows.put(table, recordId, Objects.requireNonNull(parent.row()), false);
            }
        }
    }

    /** The row that held the unique value takes new content. */
    private void displace(SyncedTable table, List<RelatedRow> related, Row other) throws SQLException {
        RelatedRow holder = related.stream()
                .filter(row -> row.row() != null && sameKey(table, row.row(), other))
                .findFirst()
                .orElseThrow();
        String recordId = Objects.requireNonNull(holder.recordId());
        if (rows.lock(table, recordId).isPresent()) {
            rows.put(table, recordId, other, true);
        } else {
            new UnseenRows(session, rows, hubRows, states, by).change(table, holder, other);
        }
    }

    private static boolean sameKey(SyncedTable table, Row one, Row other) {
        return table.key().stream()
                .map(KeyColumn::name)
                .allMatch(column -> Objects.equals(one.get(column), other.get(column)));
    }

    /** Writes a row of the hub that waited aside, unless it does not fit for another reason: then the next pull has it. */
    private void bringIn(RelatedRow row) throws SQLException {
        SyncedTable table = table(row).orElseThrow();
        String recordId = Objects.requireNonNull(row.recordId());
        if (rows.lock(table, recordId).isPresent()) {
            return;
        }
        session.database().execute("SAVEPOINT bring_in");
        try {
            rows.beginApplying();
            rows.put(table, recordId, Objects.requireNonNull(row.row()), false);
            rows.rest(table, recordId, Objects.requireNonNull(row.version()));
            rows.mark(table, recordId, "synced", row.version());
            rows.endApplying();
        } catch (SQLException e) {
            if (!SqlErrors.isUniqueViolation(e)) {
                throw e;
            }
            session.database().execute("ROLLBACK TO SAVEPOINT bring_in");
        }
    }

    private Optional<SyncedTable> table(RelatedRow row) {
        return session.tables().stream()
                .filter(table -> table.name().display().equals(row.table()))
                .findFirst();
    }
}
