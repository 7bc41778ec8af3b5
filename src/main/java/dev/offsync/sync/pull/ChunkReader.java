package dev.offsync.sync.pull;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.ChangeFeed.After;
import dev.offsync.hub.ChangeFeed.Moment;
import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.Cursors.Cursor;
import dev.offsync.local.inbox.Inbox;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.model.Layout;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.CopyPipe;
import dev.offsync.pg.CopyPipe.Lines;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.ReferenceOrder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;

/** Brings the chunks of a pull from the hub into the inbox: each is read in a transaction, and so in a snapshot, of its own. */
final class ChunkReader {
    private static final int BATCHES_AT_ONCE = 5;

    /** A chunk that is longer on its way is not read ahead: the one that is applied meanwhile holds its locks as long. */
    private static final Duration SHORT_WAY = Duration.ofSeconds(1);

    /** The part of the memory that a chunk may take which is read ahead. */
    private static final int SHARE = 16;

    private final LocalSession session;
    private final HubLink link;
    private final PullOptions options;
    private final Supplier<List<SyncedTable>> pulled;
    private final PullContact contact;
    private final Inbox inbox;
    private final Cursors cursors;
    private final HiddenRows hidden;
    private final Map<Integer, Layout> layouts = new HashMap<>();
    private boolean open;
    private boolean purgeDue;
    private boolean hasShortWay;
    private @Nullable ReadAhead ahead;

    /** @param pulled the tables that are pulled */
    ChunkReader(
            LocalSession session,
            HubLink link,
            PullOptions options,
            Supplier<List<SyncedTable>> pulled,
            PullContact contact) {
        this.session = session;
        this.link = link;
        this.options = options;
        this.pulled = pulled;
        this.contact = contact;
        this.inbox = new Inbox(session.database());
        this.cursors = new Cursors(session.database());
        this.hidden = new HiddenRows(session, link, options.dryRun());
    }

    /** The layouts of the tables that are pulled. */
    Map<Integer, Layout> layouts() {
        return layouts;
    }

    /** Whether it is time for the hub to forget deletions. */
    boolean purgeDue() {
        return purgeDue;
    }

    /** Whether the transaction that the last chunk was read in is still open on the hub, to end with the contact. */
    boolean isOpen() {
        return open;
    }

    /** It has ended. */
    void ended() {
        open = false;
    }

    /**
     * The transaction that a chunk is read in, and what is to be read in it.
     *
     * @param arrived what was read ahead, in a transaction that has ended
     */
    record Reading(
            String snapshot,
            Map<Integer, Cursor> known,
            List<Source> sources,
            boolean goesOn,
            ReadAhead.@Nullable Arrived arrived) {}

    Reading begin(PullSource source) throws SQLException {
        ReadAhead ready = ahead;
        ahead = null;
        Optional<ReadAhead.Arrived> arrived = ready == null ? Optional.empty() : ready.await();
        if (ready != null && arrived.isPresent()) {
            Reading begun = begin(arrived.get().moment(), false, arrived.get());
            if (begun.sources().equals(ready.sources())) {
                return begun;
            }
        }
        Moment moment = source.begin();
        return begin(moment, source.isReplica(), null);
    }

    private Reading begin(Moment moment, boolean isReplica, ReadAhead.@Nullable Arrived arrived) throws SQLException {
        purgeDue = moment.purgeDue();
        cursors.outrun(moment.purgedThrough());
        Map<Integer, Cursor> known = cursors.all();
        boolean goesOn = goesOn(known);
        return new Reading(
                moment.snapshot(), known, sources(known, isReplica ? null : moment.snapshot()), goesOn, arrived);
    }

    private boolean goesOn(Map<Integer, Cursor> known) {
        return pulled.get().stream().anyMatch(table -> cursor(known, table).progress() != null);
    }

    /** How many rows one local transaction may hold. */
    long most() {
        return (long) session.settings().batchSize() * BATCHES_AT_ONCE;
    }

    Round read(PullSource source, Reading begun) throws SQLException {
        List<Source> sources = begun.sources();
        long most = most();
        long rows = download(source, begun, most + 1);
        long gone = begun.arrived() == null ? hidden.download(source, sources) : 0;
        // Those that were asked for come beside the changes.
        boolean whole = rows <= most || (isAnyWanted(sources) && inbox.changes() <= most);
        if (!whole && isAnyWanted(sources)) {
            // What they wait for may come with another chunk.
            inbox.dropAsked();
        }
        if (!whole) {
            refuseMassDelete(source, begun);
        }
        // Where nothing came, what ends the reading goes out with the contact: a turn less for the many runs that find
        // nothing.
        open = rows + gone == 0 && !options.dryRun() && !source.isReplica() && begun.arrived() == null;
        if (!open && begun.arrived() == null) {
            source.end();
        }
        return new Round(
                sources,
                begun.known(),
                begun.snapshot(),
                contact.confirmed(begun.snapshot()),
                source.position(),
                rows,
                whole ? null : inbox.last().orElse(null),
                whole,
                begun.goesOn());
    }

    /**
     * Begins to read the chunk that comes after those whose cursors are noted, in this transaction or before. Until
     * {@link #settle} the hub is not to be asked anything.
     */
    void readAhead(Round applied) throws SQLException {
        if (ahead != null || !hasShortWay || options.dryRun() || applied.replicaPosition() != null) {
            return;
        }
        List<Source> next = sources(cursors.all(), applied.snapshot());
        if (!next.isEmpty() && next.stream().allMatch(this::isPlain)) {
            long memory = Runtime.getRuntime().maxMemory() / SHARE;
            ahead = new ReadAhead(link, next, copy(next, most() + 1, memory), memory);
        }
    }

    /** Whether nothing but the feed tells about the table, and the device has read it before. */
    private boolean isPlain(Source source) {
        return source.cursor() != null
                && link.hello().access().get(source.table().hubTable()) == null;
    }

    /** Waits until the hub can be asked again. */
    void settle() {
        ReadAhead ready = ahead;
        if (ready != null) {
            hasShortWay = ready.await().map(this::hadShortWay).orElse(false);
        }
    }

    /** What is still on its way is not needed any more. */
    void leave() {
        if (ahead != null) {
            ahead.pass();
        }
    }

    private boolean hadShortWay(ReadAhead.Arrived arrived) {
        return arrived.nanos() < SHORT_WAY.toNanos();
    }

    /** Before the first of several chunks. */
    void refuseMassDelete(PullSource source, Reading begun) throws SQLException {
        if (!begun.goesOn() && !options.allowMassDelete()) {
            String deletions = ChangeFeed.copyDeletions(link.device(), begun.sources(), session.filters());
            new MassDelete(session).refuseAnnounced(source, deletions, begun.sources());
        }
    }

    /** @param snapshot that of the hub; null where a replica is read, which is known to follow it */
    private List<Source> sources(Map<Integer, Cursor> known, @Nullable String snapshot) throws SQLException {
        var sources = new ArrayList<Source>();
        // What waits for rows of another chunk is asked for once all of them are here.
        Map<Integer, List<List<String>>> wanted = goesOn(known) ? Map.of() : inbox.wanted(pulled.get());
        for (SyncedTable table : new ReferenceOrder(session).parentsFirst(pulled.get(), table -> table)) {
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

    private static Cursor cursor(Map<Integer, Cursor> cursors, SyncedTable table) {
        return Objects.requireNonNull(cursors.get(table.id()));
    }

    private String copy(List<Source> sources, long limit, long largest) throws SQLException {
        return ChangeFeed.copy(link.device(), sources, session.filters(), limit, largest);
    }

    private static boolean isAnyWanted(List<Source> sources) {
        return sources.stream().anyMatch(source -> !source.wanted().isEmpty());
    }

    /** Brings up to {@code limit} changes, and what was asked for, into the inbox, and returns their number. */
    private long download(PullSource source, Reading begun, long limit) throws SQLException {
        for (SyncedTable table : pulled.get()) {
            List<String> hubColumns =
                    Objects.requireNonNull(link.hello().columns().get(table.hubTable()));
            layouts.put(table.id(), Layout.of(hubColumns, table.columns(), table.sentColumns()));
        }
        inbox.create();
        if (begun.sources().isEmpty()) {
            return 0;
        }
        if (begun.arrived() != null) {
            return receive(source, begun.arrived().lines());
        }
        long start = System.nanoTime();
        long rows = receive(source, source.copy(copy(begun.sources(), limit, LargeRows.largest()))::readFromCopy);
        hasShortWay = System.nanoTime() - start < SHORT_WAY.toNanos();
        return rows;
    }

    private long receive(PullSource source, Lines lines) throws SQLException {
        CopyIn in = session.database().copyIn(Inbox.COPY_IN);
        try {
            long rows = source.receive(() -> CopyPipe.run(
                    lines,
                    in,
                    line -> Objects.requireNonNull(layouts.get(Math.abs(CopyPipe.leadingNumber(line)))),
                    HubLink::local));
            in.endCopy();
            return rows;
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }
}
