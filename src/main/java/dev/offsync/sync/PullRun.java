package dev.offsync.sync;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.Contact;
import dev.offsync.hub.Filters;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.DeviceStore;
import dev.offsync.local.Inbox;
import dev.offsync.local.Inbox.Applied;
import dev.offsync.local.QueueCounts;
import dev.offsync.local.SyncedTables;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.Layout;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.CopyPipe;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * One pull: reads everything new in one snapshot of the hub, and applies it in one local transaction that also moves the
 * cursor. The hub's record of the contact is committed before the local one, so that a cursor never rests on something
 * that the hub could forget in a crash.
 */
final class PullRun {
    private static final int MOST_TRIES = 3;

    private final LocalSession session;
    private final HubLink link;
    private final PullOptions options;
    private final Progress progress;
    private final Inbox inbox;
    private final Drift drift;
    private final Map<Integer, Layout> layouts = new HashMap<>();
    private Applied applied = new Applied(0, 0, 0, 0);

    PullRun(LocalSession session, HubLink link, PullOptions options, Progress progress) {
        this.session = session;
        this.link = link;
        this.options = options;
        this.progress = progress;
        this.inbox = new Inbox(session.database());
        this.drift = new Drift(session, link);
    }

    PullResult run() throws SQLException {
        long start = System.nanoTime();
        drift.look(session.tables(options.tables()));
        inbox.create();
        var feed = new ChangeFeed(link.hub().database());
        String snapshot = link.call(hub -> feed.begin());
        List<ChangeFeed.Source> sources = sources(snapshot);
        download(feed, sources);
        UUID next = options.dryRun() ? new UUID(0, 0) : new DeviceStore(session.database()).prepareContact();
        PullResult pulled = applied(start, sources, snapshot, next);
        if (!options.dryRun()) {
            Leases.renew(session, link);
        }
        return pulled;
    }

    private PullResult applied(long start, List<ChangeFeed.Source> sources, String snapshot, UUID next)
            throws SQLException {
        for (int tries = 1; ; tries++) {
            try {
                return session.database().transaction(() -> apply(start, sources, snapshot, next));
            } catch (SQLException e) {
                // The inbox is as it was downloaded, and what got in the way is pending work by now.
                if (tries == MOST_TRIES || !SqlErrors.isLostRace(e)) {
                    throw e;
                }
            }
        }
    }

    private PullResult apply(long start, List<ChangeFeed.Source> sources, String snapshot, UUID next)
            throws SQLException {
        Database database = session.database();
        applied = new Applied(0, 0, 0, 0);
        database.execute(OutputSettings.forTransaction());
        LocalTriggers.silence(database);
        var settler = new Settler(session, link.hello().clock());
        apply(sources, settler);
        PullResult result = result(start, settler);
        if (options.dryRun()) {
            database.execute("ROLLBACK; BEGIN");
        } else {
            finish(next, snapshot, sources);
        }
        return result;
    }

    private List<ChangeFeed.Source> sources(String snapshot) throws SQLException {
        String known = new DeviceStore(session.database()).load().orElseThrow().cursor();
        // A hub restored into another cluster numbers its transactions from the start: the cursor means nothing there.
        String cursor = known == null || end(known) > end(snapshot) ? null : known;
        return session.tables().stream()
                .filter(SyncedTable::pulls)
                .filter(table -> !drift.excludedTables().contains(table.id()))
                .map(table -> new ChangeFeed.Source(
                        table, options.full() || !table.loaded() ? null : cursor, table.reconcile()))
                .toList();
    }

    /** The first transaction number that a snapshot, {@code xmin:xmax:list}, has not seen issued. */
    private static long end(String snapshot) {
        return Long.parseLong(snapshot.split(":", -1)[1]);
    }

    /** Brings the changes into the inbox. */
    private void download(ChangeFeed feed, List<ChangeFeed.Source> sources) throws SQLException {
        for (ChangeFeed.Source source : sources) {
            SyncedTable table = source.table();
            List<String> hubColumns =
                    Objects.requireNonNull(link.hello().columns().get(table.hubTable()));
            layouts.put(table.id(), Layout.of(hubColumns, table.columns(), table.sentColumns()));
        }
        if (!sources.isEmpty()) {
            var filters = new Filters(
                    session.tables(),
                    new Catalog(session.database())
                            .foreignKeys(session.tables().stream()
                                    .map(SyncedTable::name)
                                    .toList()));
            String copy = ChangeFeed.copy(link.device(), sources, filters);
            CopyOut out = link.call(hub -> hub.database().copyOut(copy));
            copy(out);
        }
        link.call(hub -> {
            feed.end();
            return hub;
        });
    }

    private void copy(CopyOut out) throws SQLException {
        CopyIn in = session.database().copyIn(Inbox.COPY_IN);
        try {
            long rows = link.receive(() -> CopyPipe.run(
                    out,
                    in,
                    line -> Objects.requireNonNull(layouts.get(CopyPipe.leadingNumber(line))),
                    HubLink::local));
            in.endCopy();
            progress.report("pulling", rows, rows);
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    private void apply(List<ChangeFeed.Source> sources, Settler settler) throws SQLException {
        List<Integer> arrived = inbox.tables();
        List<SyncedTable> tables = new ReferenceOrder(session)
                .parentsFirst(
                        sources.stream()
                                .map(ChangeFeed.Source::table)
                                .filter(table -> arrived.contains(table.id()))
                                .toList(),
                        table -> table);
        if (tables.isEmpty()) {
            return;
        }
        session.database().execute("SET CONSTRAINTS ALL DEFERRED");
        long skipped = 0;
        for (SyncedTable table : tables) {
            if (options.full() || !table.loaded()) {
                skipped += inbox.dropEqual(
                        table, Objects.requireNonNull(layouts.get(table.id())).sent());
            }
            if (!options.full()) {
                skipped += inbox.dropKnown(table);
            }
            if (!options.allowMassDelete()) {
                new MassDelete(session).refuseToPull(inbox, table);
            }
        }
        for (SyncedTable table : tables) {
            Layout layout = Objects.requireNonNull(layouts.get(table.id()));
            for (Inbox.Contested row : inbox.contested(table)) {
                Row remote = row.row() == null
                        ? null
                        : Row.of(table.columns(), RecordText.parse(row.row())).only(layout.sent());
                settler.meet(table, row.recordId(), new Settler.Remote(row.version(), remote, row.changedAt()));
                skipped++;
            }
        }
        settler.rows().beginApplying();
        for (SyncedTable table : tables) {
            Layout layout = Objects.requireNonNull(layouts.get(table.id()));
            applied = applied.plus(inbox.apply(table, layout.sent()));
        }
        settler.rows().endApplying();
        applied = applied.plus(new Applied(0, 0, 0, skipped));
    }

    private void finish(UUID next, String snapshot, List<ChangeFeed.Source> sources) throws SQLException {
        Database database = session.database();
        QueueCounts.Counts counts = new QueueCounts(database).all();
        String report =
                Report.afterPull(counts, new ConflictLog(database).open().size(), link.skewMs(), snapshot);
        Contact contact = link.contact(next);
        link.call(hub -> {
            hub.contact(contact, report);
            return snapshot;
        });
        var device = new DeviceStore(database);
        device.contacted(link.hello().clock(), device.lastOperation(), link.skewMs());
        var tables = new SyncedTables(database);
        // A run over some tables must not move the cursor past what the others have not seen.
        if (options.tables().isEmpty() && drift.excludedTables().isEmpty()) {
            device.moveCursor(snapshot);
        }
        for (ChangeFeed.Source source : sources) {
            tables.pulled(source.table());
        }
        database.update("UPDATE offsync.device SET last_pull_at = now()");
    }

    private PullResult result(long start, Settler settler) throws SQLException {
        var counts = new QueueCounts(session.database());
        QueueCounts.Counts now = counts.all();
        List<OpenConflict> open = new ConflictLog(session.database()).open();
        var problems = new ArrayList<Problem>(counts.rejected());
        problems.addAll(drift.problems());
        link.skewProblem().ifPresent(problems::add);
        return new PullResult(
                applied.inserted() + applied.updated() + applied.deleted(),
                applied.inserted(),
                applied.updated(),
                applied.deleted(),
                applied.skipped(),
                now.failed(),
                now.parked(),
                new ConflictCounts(settler.detected(), settler.resolved(), open.size()),
                open,
                options.full(),
                link.skewMs(),
                Runs.millisSince(start),
                options.dryRun(),
                problems);
    }
}
