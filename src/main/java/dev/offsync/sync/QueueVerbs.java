package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.queue.Interventions;
import dev.offsync.local.queue.QueueEntries;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.QueueList;
import dev.offsync.model.RetryResult;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Looks at the operations of the queue, and sends rejected ones again; on the local database alone. */
public final class QueueVerbs {
    private final Settings settings;

    public QueueVerbs(Settings settings) {
        this.settings = settings;
    }

    public QueueList list(QueueFilter filter, int limit) {
        return LocalSession.read(settings, "queue list", session -> select(session, filter, limit));
    }

    /** Sends rejected and failed operations again; a parked one stands for the one that it waits for. */
    public RetryResult retry(QueueChoice choice) {
        return LocalSession.locked(
                settings, "queue retry", session -> session.database().transaction(() -> {
                    Set<Long> culprits = new LinkedHashSet<>();
                    for (QueueEntry entry : chosen(session, choice, "rejected")) {
                        culprits.add(entry.parkedBy() == null ? entry.id() : entry.parkedBy());
                    }
                    return new Interventions(session.database()).retry(culprits);
                }));
    }

    private static QueueList select(LocalSession session, QueueFilter filter, long limit) throws SQLException {
        return select(session, filter.table(), word(filter.status()), limit);
    }

    private static QueueList select(LocalSession session, @Nullable String table, @Nullable String status, long limit)
            throws SQLException {
        String name = table == null
                ? null
                : session.tables(List.of(table)).get(0).name().display();
        return new QueueEntries(session.database()).list(name, status, limit);
    }

    /**
     * The operations that a person chose and may decide on.
     *
     * @param otherwise the status that is meant where operations were neither named nor selected by theirs
     */
    static List<QueueEntry> chosen(LocalSession session, QueueChoice choice, String otherwise) throws SQLException {
        QueueFilter filter = choice.filter();
        if (filter == null) {
            return named(session, choice.ids());
        }
        String status = filter.status() == null ? otherwise : word(filter.status());
        List<QueueEntry> matching =
                select(session, filter.table(), status, Long.MAX_VALUE).operations();
        matching.forEach(QueueVerbs::requireOpen);
        return matching;
    }

    private static List<QueueEntry> named(LocalSession session, List<Long> ids) throws SQLException {
        var known = new ArrayList<Long>();
        List<QueueEntry> entries = new QueueEntries(session.database()).find(ids);
        for (QueueEntry entry : entries) {
            requireOpen(entry);
            known.add(entry.id());
        }
        for (long id : ids) {
            if (!known.contains(id)) {
                throw new OffsyncException(Reason.USAGE, "there is no operation " + id, "see offsync queue list");
            }
        }
        return entries;
    }

    /** Only where an operation waits can a person decide on it. */
    static void requireOpen(QueueEntry entry) {
        String hint =
                switch (entry.status()) {
                    case "completed" ->
                        entry.discardedBy() == null ? "the hub has it already" : "it was discarded already";
                    case "conflict" -> "settle it with offsync conflicts resolve";
                    case "processing" -> "run offsync push first: it learns from the hub what became of it";
                    default -> null;
                };
        if (hint != null) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "operation " + entry.id() + " (" + entry.operation() + " " + entry.table() + " key "
                            + entry.recordId() + ") is " + entry.status(),
                    hint);
        }
    }

    private static @Nullable String word(QueueFilter.@Nullable Status status) {
        return status == null ? null : status.name().toLowerCase(Locale.ROOT);
    }
}
