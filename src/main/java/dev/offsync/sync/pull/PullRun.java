package dev.offsync.sync.pull;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.ChangeFeed.After;
import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.Cursors.Cursor;
import dev.offsync.local.device.Cursors.Last;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.IdRanges;
import dev.offsync.local.inbox.Inbox;
import dev.offsync.local.inbox.InboxWriter.Applied;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.Layout;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.CopyPipe;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.Drift;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LeaseRenewal;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import dev.offsync.sync.run.ReferenceOrder;
import dev.offsync.sync.run.Runs;
import dev.offsync.sync.run.TimeLimit;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * One pull. What is new is read in one snapshot of the hub and applied in one local transaction that also moves the
 * cursor. What is more than {@code batch_size}·5 rows comes in chunks of that size, each with its own snapshot: where it
 * broke off is where the next run goes on, the cursor moves to the snapshot of the first chunk in the end, and another
 * round brings what changed meanwhile.
 *
 * <p>The hub's record of the contact is committed before the local transaction, so that nothing here ever rests on
 * something that the hub could forget in a crash.
 */
public final class PullRun {
    private static final int MOST_TRIES = 3;
    private static final int BATCHES_AT_ONCE = 5;

    private final LocalSession session;
    private final HubLink link;
    private final PullOptions options;
    private final Progress progress;
    private final Inbox inbox;
    private final Drift drift;
    private final Cursors cursors;
    private final HiddenRows hidden;
    private final TimeLimit time;
    private final PullContact contact;
    private final FirstLoad firstLoad;
    private final Map<Integer, Layout> layouts = new HashMap<>();
    private Applied applied = Applied.NOTHING;
    private boolean reading;
    private long arrived;
    private boolean purgeDue;
    private int detected;
    private int resolved;

    public PullRun(LocalSession session, HubLink link, PullOptions options, Progress progress) {
        this.session = session;
        this.link = link;
        this.options = options;
        this.progress = progress;
        this.inbox = new Inbox(session.database());
        this.drift = new Drift(session, link);
        this.cursors = new Cursors(session.database());
        this.hidden = new HiddenRows(session, link, options.dryRun());
        this.time = new TimeLimit(options.maxDuration());
        this.contact = new PullContact(session, link);
        this.firstLoad = new FirstLoad(session, link, contact);
    }

    /** A restored hub, and a table with a column that is new here, are compared with the device before anything is sent. */
    public static void comesFirst(LocalSession session, HubLink link, Progress progress) throws SQLException {
        if (new Cursors(session.database()).comesFirst()) {
            new PullRun(session, link, PullOptions.everything(), progress).run();
        }
    }

    public PullResult run() throws SQLException {
        long start = System.nanoTime();
        drift.look(session.tables(options.tables()));
        inbox.create();
        if (options.dryRun()) {
            return session.database().rehearse(() -> run(start));
        }
        PullResult result = run(start);
        LeaseRenewal.renew(session, link);
        if (applied.inserted() > 0) {
            new IdRanges(session.database()).passOver();
        }
        if (purgeDue) {
            link.call(hub -> hub.purgeTombstones(link.device()));
        }
        return result;
    }

    private PullResult run(long start) throws SQLException {
        hidden.noticeAccess(pulled());
        if (options.full()) {
            for (SyncedTable table : pulled()) {
                cursors.reconcile(table, Reconcile.FULL);
                cursors.forgetEvicted(table);
            }
        }
        try (var source = new PullSource(session, link)) {
            boolean more = chunk(source);
            while (more && !time.isDue()) {
                more = chunk(source);
            }
            return result(start, !more);
        }
    }

    private List<SyncedTable> pulled() {
        return session.tables().stream()
                .filter(SyncedTable::pulls)
                .filter(table -> !drift.excludedTables().contains(table.id()))
                .toList();
    }

    /** Reads and applies what one local transaction may hold, and says whether there is more. */
    private boolean chunk(PullSource source) throws SQLException {
        Round round;
        try {
            Reading begun = begin(source);
            if (load(source, begun)) {
                return true;
            }
            round = read(source, begun);
        } catch (PullSource.Lost lost) {
            source.giveUp(lost);
            round = read(source, begin(source));
        }
        apply(round);
        return !round.whole() || round.goesOn();
    }

    /** The transaction that a chunk is read in, and what is to be read in it. */
    private record Reading(String snapshot, Map<Integer, Cursor> known, List<Source> sources, boolean goesOn) {}

    private Reading begin(PullSource source) throws SQLException {
        ChangeFeed.Moment moment = source.begin();
        purgeDue = moment.purgeDue();
        cursors.outrun(moment.purgedThrough());
        Map<Integer, Cursor> known = cursors.all();
        boolean goesOn =
                pulled().stream().anyMatch(table -> cursor(known, table).progress() != null);
        return new Reading(
                moment.snapshot(), known, sources(known, source.isReplica() ? null : moment.snapshot()), goesOn);
    }

    /** A table that is empty here takes its rows as they come. */
    private boolean load(PullSource source, Reading begun) throws SQLException {
        if (options.dryRun() || !firstLoad.fits(source, begun.sources())) {
            return false;
        }
        refuseMassDelete(source, begun);
        Optional<Applied> loaded =
                firstLoad.chunk(source, begun.snapshot(), begun.sources().get(0), most());
        loaded.ifPresent(rows -> {
            applied = applied.plus(rows);
            arrived += rows.inserted();
            progress.report("pulling", arrived, -1);
        });
        return loaded.isPresent();
    }

    /** How many rows one local transaction may hold. */
    private long most() {
        return (long) session.settings().batchSize() * BATCHES_AT_ONCE;
    }

    private Round read(PullSource source, Reading begun) throws SQLException {
        List<Source> sources = begun.sources();
        long most = most();
        long rows = download(source, sources, most + 1);
        long gone = hidden.download(source, sources);
        boolean whole = rows <= most;
        if (!whole) {
            refuseMassDelete(source, begun);
        }
        // Where nothing came, what ends the reading goes out with the contact: a turn less for the many runs that find
        // nothing.
        reading = rows + gone == 0 && !options.dryRun() && !source.isReplica();
        if (!reading) {
            source.end();
        }
        arrived += rows;
        return new Round(
                sources,
                begun.known(),
                begun.snapshot(),
                contact.confirmed(begun.snapshot()),
                source.position(),
                whole ? null : inbox.last().orElse(null),
                whole,
                begun.goesOn());
    }

    /** Before the first of several chunks. */
    private void refuseMassDelete(PullSource source, Reading begun) throws SQLException {
        if (!begun.goesOn() && !options.allowMassDelete()) {
            String deletions = ChangeFeed.copyDeletions(link.device(), begun.sources(), session.filters());
            new MassDelete(session).refuseAnnounced(source, deletions, begun.sources());
        }
    }

    /**
     * A chunk on its way.
     *
     * @param confirmed the snapshot that every table has been read up to, durably; null where one was never read
     * @param replicaPosition how far the replica was that was read; null: the hub itself was
     * @param last the row that came last in the order of the feed; null in the last chunk
     * @param whole whether it is the last one
     * @param goesOn whether there were others before it
     */
    private record Round(
            List<Source> sources,
            Map<Integer, Cursor> cursors,
            String snapshot,
            @Nullable String confirmed,
            @Nullable String replicaPosition,
            @Nullable Last last,
            boolean whole,
            boolean goesOn) {
        List<SyncedTable> tables() {
            return sources.stream().map(Source::table).toList();
        }
    }

    /** @param snapshot that of the hub; null where a replica is read, which is known to follow it */
    private List<Source> sources(Map<Integer, Cursor> known, @Nullable String snapshot) throws SQLException {
        var sources = new ArrayList<Source>();
        Map<Integer, List<List<String>>> wanted = inbox.wanted(pulled());
        for (SyncedTable table : new ReferenceOrder(session).parentsFirst(pulled(), table -> table)) {
            Cursor cursor = cursor(known, table);
            Cursors.Progress progress = cursor.progress();
            if (cursor.done()) {
                continue;
            }
            String since = cursor.everything() ? null : cursor.snapshot();
            // A hub restored into another cluster numbers its transactions anew: the cursor means nothing there.
            boolean foreign = since != null && snapshot != null && end(since) > end(snapshot);
            sources.add(new Source(
                    table,
                    foreign ? null : since,
                    cursor.reconcile() != Reconcile.NO,
                    progress == null || progress.xid() == null ? null : new After(progress.xid(), progress.key()),
                    wanted.getOrDefault(table.id(), List.of())));
        }
        return sources;
    }

    /** The first transaction number that a snapshot, {@code xmin:xmax:list}, has not seen issued. */
    private static long end(String snapshot) {
        return Long.parseLong(snapshot.split(":", -1)[1]);
    }

    /** Brings up to {@code limit} changes into the inbox, and returns their number. */
    private long download(PullSource source, List<Source> sources, long limit) throws SQLException {
        for (Source each : sources) {
            SyncedTable table = each.table();
            List<String> hubColumns =
                    Objects.requireNonNull(link.hello().columns().get(table.hubTable()));
            layouts.put(table.id(), Layout.of(hubColumns, table.columns(), table.sentColumns()));
        }
        inbox.create();
        if (sources.isEmpty()) {
            return 0;
        }
        String copy = ChangeFeed.copy(link.device(), sources, session.filters(), limit, LargeRows.largest());
        CopyOut out = source.copy(copy);
        CopyIn in = session.database().copyIn(Inbox.COPY_IN);
        try {
            long rows = source.receive(() -> CopyPipe.run(
                    out,
                    in,
                    line -> Objects.requireNonNull(layouts.get(Math.abs(CopyPipe.leadingNumber(line)))),
                    HubLink::local));
            in.endCopy();
            progress.report("pulling", arrived + rows, -1);
            return rows;
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    /**
     * Applies the chunk together with the cursor. Where an application got in the way, or values of a unique column did,
     * it is tried again.
     */
    private void apply(Round round) throws SQLException {
        if (options.dryRun()) {
            applied = applied.plus(applyOnce(round, new UUID(0, 0), true));
            return;
        }
        UUID next = new DeviceStore(session.database()).prepareContact();
        boolean careful = false;
        for (int tries = 1; ; tries++) {
            boolean carefully = careful;
            try {
                applied = applied.plus(session.database().transaction(() -> applyOnce(round, next, carefully)));
                return;
            } catch (SQLException e) {
                // The inbox is as it was downloaded, and what got in the way is pending work by now.
                if (tries == MOST_TRIES || !SqlErrors.isLostRace(e)) {
                    throw e;
                }
                careful = SqlErrors.isUniqueViolation(e);
            }
        }
    }

    private Applied applyOnce(Round round, UUID next, boolean careful) throws SQLException {
        Database database = session.database();
        database.execute(OutputSettings.forTransaction());
        boolean silent = LocalTriggers.silence(database);
        var settler = new Settler(session, link.hello().clock());
        settler.followEdits();
        Applied now = new PullChunk(session, link, options, round.cursors(), layouts, settler, silent, careful)
                .comingAgain(round.replicaPosition() != null)
                .apply(round.sources(), round.whole() && !round.goesOn());
        if (round.whole()) {
            now = now.plus(missing(round, settler));
            cursors.finish(pulled(), round.snapshot(), round.replicaPosition() != null);
        } else {
            cursors.advance(round.tables(), round.snapshot(), round.last());
        }
        if (!options.dryRun()) {
            contact.make(next, round.confirmed(), round.replicaPosition(), reading);
            reading = false;
        }
        detected += settler.detected();
        resolved += settler.resolved();
        return now;
    }

    /** Only once every row is here can be told which are missing. */
    private Applied missing(Round round, Settler settler) throws SQLException {
        settler.rows().beginApplying();
        long deleted =
                new MissingRows(session, options.allowMassDelete()).remove(pulled(), round.cursors(), !round.goesOn());
        settler.rows().endApplying();
        return new Applied(0, 0, deleted, 0);
    }

    private static Cursor cursor(Map<Integer, Cursor> cursors, SyncedTable table) {
        return Objects.requireNonNull(cursors.get(table.id()));
    }

    private PullResult result(long start, boolean complete) throws SQLException {
        var counts = new QueueCounts(session.database());
        QueueCounts.Counts now = counts.held();
        List<OpenConflict> open = new ConflictLog(session.database()).open();
        var problems = new ArrayList<Problem>(counts.problems());
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
                new ConflictCounts(detected, resolved, open.size()),
                open,
                options.full(),
                complete,
                link.skewMs(),
                Runs.millisSince(start),
                options.dryRun(),
                problems);
    }
}
