package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.queue.Interventions;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.local.queue.QueueEntries;
import dev.offsync.model.DiscardResult;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Drops operations that will never reach the hub. An operation holds its whole row, so what was changed there since
 * goes with it, and the local row goes back to what it was before: the queue and the rows agree again, and whatever the
 * hub changed meanwhile arrives with the next pull as on any row without pending work. No hub is needed for that.
 */
public final class Discard {
    /** What happens to one row: operations that stay (older ones), and those that are dropped. */
    private record Undo(
            SyncedTable table, String recordId, List<PendingOperation> kept, List<PendingOperation> dropped) {
        long newest() {
            return dropped.get(dropped.size() - 1).id();
        }
    }

    private final Settings settings;

    public Discard(Settings settings) {
        this.settings = settings;
    }

    public DiscardResult run(DiscardOptions options) {
        return LocalSession.locked(
                settings, "queue discard", session -> session.database().transaction(() -> {
                    DiscardResult result = discard(session, options);
                    if (options.dryRun()) {
                        session.database().execute("ROLLBACK; BEGIN");
                    }
                    return result;
                }));
    }

    private static DiscardResult discard(LocalSession session, DiscardOptions options) throws SQLException {
        session.database().execute(OutputSettings.forTransaction());
        LocalTriggers.silence(session.database());
        List<QueueEntry> chosen = QueueVerbs.chosen(session, options.choice(), "failed");
        List<Undo> undos = undos(session, chosen);
        var ids = new TreeSet<Long>(chosen.stream().map(QueueEntry::id).toList());
        undos.forEach(undo -> undo.dropped().forEach(operation -> ids.add(operation.id())));
        List<QueueEntry> dropped = new QueueEntries(session.database()).unfinished(ids);
        dropped.forEach(QueueVerbs::requireOpen);
        var interventions = new Interventions(session.database());
        interventions.discard(ids, System.getProperty("user.name", "operator"), options.reason());
        int restored = restore(session, undos);
        return new DiscardResult(
                dropped,
                restored,
                interventions.release(ids),
                new QueueEntries(session.database()).sameTransaction(ids),
                options.dryRun());
    }

    /** The rows concerned, those that were changed last first: so each step leads back to what there was before. */
    private static List<Undo> undos(LocalSession session, List<QueueEntry> chosen) throws SQLException {
        Map<List<String>, List<QueueEntry>> byRow = new LinkedHashMap<>();
        for (QueueEntry entry : chosen) {
            // Nothing can say which row an operation without a key is about.
            if (entry.recordId() != null) {
                byRow.computeIfAbsent(List.of(entry.table(), entry.recordId()), row -> new ArrayList<>())
                        .add(entry);
            }
        }
        var undos = new ArrayList<Undo>();
        for (Map.Entry<List<String>, List<QueueEntry>> row : byRow.entrySet()) {
            Optional<SyncedTable> table = session.tables().stream()
                    .filter(t -> t.name().display().equals(row.getKey().get(0)))
                    .findFirst();
            if (table.isPresent()) {
                undos.add(undo(session, table.get(), row.getKey().get(1), row.getValue()));
            }
        }
        undos.sort(Collections.reverseOrder(Comparator.comparingLong(Undo::newest)));
        return undos;
    }

    /**
     * What goes is everything from the first operation of the transaction that holds the oldest one chosen: within a
     * transaction the order of operations on a row says nothing, since an application's trigger may have made its own
     * update before the insert was captured.
     */
    private static Undo undo(LocalSession session, SyncedTable table, String recordId, List<QueueEntry> chosen)
            throws SQLException {
        List<PendingOperation> operations = new OperationStates(session.database())
                .of(table, recordId, Instant.now().toString());
        List<String> transactions =
                chosen.stream().map(QueueEntry::transactionId).toList();
        int first = 0;
        while (!transactions.contains(operations.get(first).xid())) {
            first++;
        }
        return new Undo(table, recordId, operations.subList(0, first), operations.subList(first, operations.size()));
    }

    private static int restore(LocalSession session, List<Undo> undos) throws SQLException {
        var rows = new RowUndo(session.database());
        int restored = 0;
        for (Undo undo : undos) {
            try {
                restored += rows.restore(undo.table(), undo.recordId(), undo.kept(), undo.dropped()) ? 1 : 0;
            } catch (SQLException e) {
                if (SqlErrors.isDataError(e)) {
                    throw refused(undo.table(), undo.recordId(), HubErrors.text(e));
                }
                throw e;
            }
        }
        for (Undo undo : undos) {
            rows.requireParents(undo.table(), undo.recordId());
        }
        return restored;
    }

    static OffsyncException refused(SyncedTable table, String recordId, @Nullable String why) {
        return new OffsyncException(
                Reason.USAGE,
                "row " + recordId + " of " + table.name().display() + " cannot go back to what it was: " + why,
                "discard the operations on the other rows with it (see offsync queue list), or mend the rows first");
    }
}
