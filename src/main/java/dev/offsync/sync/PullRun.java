package dev.offsync.sync;

import dev.offsync.config.MaxDelete;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.Contact;
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
import dev.offsync.pg.CopyPipe;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
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
        List<ChangeFeed.Source> sources = sources();
        inbox.create();
        String snapshot = download(sources);
        Database database = session.database();
        UUID next = options.dryRun() ? new UUID(0, 0) : new DeviceStore(database).prepareContact();
        return database.transaction(() -> {
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
        });
    }

    private List<ChangeFeed.Source> sources() throws SQLException {
        String cursor = new DeviceStore(session.database()).load().orElseThrow().cursor();
        return session.tables().stream()
                .filter(SyncedTable::pulls)
                .filter(table -> !drift.excludedTables().contains(table.id()))
                .map(table -> new ChangeFeed.Source(table, options.full() || !table.loaded() ? null : cursor))
                .toList();
    }

    /** Brings the changes into the inbox and returns the snapshot that they were read in. */
    private String download(List<ChangeFeed.Source> sources) throws SQLException {
        for (ChangeFeed.Source source : sources) {
            SyncedTable table = source.table();
            List<String> hubColumns =
                    Objects.requireNonNull(link.hello().columns().get(table.hubTable()));
            layouts.put(table.id(), Layout.of(hubColumns, table.columns(), table.sentColumns()));
        }
        var feed = new ChangeFeed(link.hub().database());
        String snapshot = link.call(hub -> feed.begin());
        if (!sources.isEmpty()) {
            CopyOut out = link.call(hub -> hub.database().copyOut(ChangeFeed.copy(link.device(), sources)));
            copy(out);
        }
        link.call(hub -> {
            feed.end();
            return snapshot;
        });
        return snapshot;
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
            guardAgainstMassDelete(table);
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

    private void guardAgainstMassDelete(SyncedTable table) throws SQLException {
        if (options.allowMassDelete()) {
            return;
        }
        long deletes = inbox.deletes(table);
        if (deletes < MaxDelete.ALWAYS_ALLOWED) {
            return;
        }
        long rows =
                session.database().number("SELECT count(*) FROM " + table.name().sql());
        if (deletes > session.settings().maxDelete().allowed(rows)) {
            throw new OffsyncException(
                    Reason.MASS_DELETE,
                    "this pull would delete " + deletes + " of " + rows + " rows of "
                            + table.name().display(),
                    "if that is meant, run offsync pull --allow-mass-delete");
        }
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
