package dev.offsync.sync.pull;

import dev.offsync.local.ConflictLog;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.IdRanges;
import dev.offsync.local.inbox.Inbox;
import dev.offsync.local.inbox.InboxWriter.Applied;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.pull.ChunkReader.Reading;
import dev.offsync.sync.run.Drift;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LeaseRenewal;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import dev.offsync.sync.run.Runs;
import dev.offsync.sync.run.TimeLimit;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

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
    private static final int MOST_TRIES = 4;

    /** How often a pull looks once more for rows that wait, at the most. */
    private static final int MOST_LOOKS = 4;

    private final LocalSession session;
    private final HubLink link;
    private final PullOptions options;
    private final Progress progress;
    private final Drift drift;
    private final Cursors cursors;
    private final TimeLimit time;
    private final PullContact contact;
    private final FirstLoad firstLoad;
    private final ChunkReader reader;
    private Applied applied = Applied.NOTHING;
    private boolean careful;
    private long arrived;
    private int detected;
    private int resolved;
    private int looks;

    public PullRun(LocalSession session, HubLink link, PullOptions options, Progress progress) {
        this.session = session;
        this.link = link;
        this.options = options;
        this.progress = progress;
        this.drift = new Drift(session, link);
        this.cursors = new Cursors(session.database());
        this.time = new TimeLimit(options.maxDuration());
        this.contact = new PullContact(session, link);
        this.firstLoad = new FirstLoad(session, link, contact);
        this.reader = new ChunkReader(session, link, options, this::pulled, contact);
    }

    /** A restored hub, and a table with a column that is new here, are compared with the device before anything is sent. */
    public static void comesFirst(LocalSession session, HubLink link, Progress progress) throws SQLException {
        if (new Cursors(session.database()).comesFirst()) {
            new PullRun(session, link, PullOptions.everything(), progress).run();
        }
    }

    /** Whether rows of the hub wait that a pull would ask for. */
    public static boolean isAskedFor(LocalSession session) throws SQLException {
        return !new Inbox(session.database()).wanted(session.tables()).isEmpty();
    }

    public PullResult run() throws SQLException {
        long start = System.nanoTime();
        drift.look(session.tables(options.tables()));
        if (options.dryRun()) {
            return session.database().rehearse(() -> run(start));
        }
        PullResult result = run(start);
        LeaseRenewal.renew(session, link);
        if (applied.inserted() > 0) {
            new IdRanges(session.database()).passOver();
        }
        if (reader.purgeDue()) {
            link.call(hub -> hub.purgeTombstones(link.device()));
        }
        return result;
    }

    private PullResult run(long start) throws SQLException {
        new HiddenRows(session, link, options.dryRun()).noticeAccess(pulled());
        if (options.full()) {
            for (SyncedTable table : pulled()) {
                cursors.reconcile(table, Reconcile.FULL);
                cursors.forgetEvicted(table);
            }
        }
        try (var source = new PullSource(session, link)) {
            boolean more;
            do {
                int before = resolved;
                more = chunk(source);
                if (!more && looks < MOST_LOOKS && mayHaveMadeRoom(before)) {
                    looks++;
                    more = true;
                }
            } while (more && !time.isDue());
            return result(start, !more);
        } finally {
            reader.leave();
        }
    }

    /** Whether rows wait that a rule may have made room for since so many were resolved: the next chunk asks for them. */
    private boolean mayHaveMadeRoom(int resolvedBefore) throws SQLException {
        return resolved > resolvedBefore
                && !new Inbox(session.database()).wanted(pulled()).isEmpty();
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
            Reading begun = reader.begin(source);
            if (load(source, begun)) {
                return true;
            }
            round = reader.read(source, begun);
        } catch (PullSource.Lost lost) {
            source.giveUp(lost);
            round = reader.read(source, reader.begin(source));
        }
        arrived += round.rows();
        progress.report("pulling", arrived, -1);
        apply(round);
        return !round.whole() || round.goesOn();
    }

    /** A table that is empty here takes its rows as they come. */
    private boolean load(PullSource source, Reading begun) throws SQLException {
        if (options.dryRun() || begun.arrived() != null || !firstLoad.fits(source, begun.sources())) {
            return false;
        }
        reader.refuseMassDelete(source, begun);
        Optional<Applied> loaded =
                firstLoad.chunk(source, begun.snapshot(), begun.sources().get(0), reader.most());
        loaded.ifPresent(rows -> {
            applied = applied.plus(rows);
            arrived += rows.inserted();
            progress.report("pulling", arrived, -1);
        });
        return loaded.isPresent();
    }

    /**
     * Applies the chunk together with the cursor. Where an application got in the way, or rows that stay, it is tried
     * again.
     */
    private void apply(Round round) throws SQLException {
        UUID next = options.dryRun() ? new UUID(0, 0) : new DeviceStore(session.database()).prepareContact();
        careful |= options.dryRun();
        Misfits.Known known = Misfits.Known.NOTHING;
        int races = 0;
        while (true) {
            try {
                Misfits.Known before = known;
                Applied now = session.database().transaction(() -> applyOnce(round, next, before));
                // What is skipped again was counted before.
                applied = applied.plus(looks == 0 ? now : new Applied(now.inserted(), now.updated(), now.deleted(), 0));
                return;
            } catch (Misfits e) {
                // Each time of at least one row more.
                known = known.and(e.known());
            } catch (SQLException e) {
                // The inbox is as it was downloaded, and what got in the way is pending work by now.
                boolean unfit = SqlErrors.isUniqueViolation(e) || SqlErrors.isForeignKeyViolation(e);
                if (++races == MOST_TRIES || !(unfit || SqlErrors.isLostRace(e))) {
                    throw e;
                }
                careful |= unfit;
            }
        }
    }

    private Applied applyOnce(Round round, UUID next, Misfits.Known known) throws SQLException {
        Database database = session.database();
        database.execute(OutputSettings.forTransaction());
        boolean silent = LocalTriggers.silence(database);
        var settler = new Settler(session, link.hello().clock());
        settler.followEdits();
        if (!round.whole()) {
            cursors.advance(round.tables(), round.snapshot(), round.last());
            if (!time.isDue()) {
                reader.readAhead(round);
            }
        }
        Applied now = new PullChunk(session, link, options, round.cursors(), reader.layouts(), settler, silent, careful)
                .comingAgain(round.replicaPosition() != null)
                .knowing(known)
                .apply(round, pulled());
        if (round.whole()) {
            now = now.plus(missing(round, settler));
            cursors.finish(pulled(), round.snapshot(), round.replicaPosition() != null);
        }
        if (!options.dryRun()) {
            reader.settle();
            contact.make(next, round.confirmed(), round.replicaPosition(), reader.isOpen());
            reader.ended();
        }
        detected += settler.detected();
        resolved += settler.resolved();
        return now;
    }

    /** Only once every row is here can be told which are missing. */
    private Applied missing(Round round, Settler settler) throws SQLException {
        settler.rows().beginApplying();
        long deleted = new MissingRows(session).settle(pulled(), round.cursors(), !round.goesOn());
        settler.rows().endApplying();
        return new Applied(0, 0, deleted, 0);
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
