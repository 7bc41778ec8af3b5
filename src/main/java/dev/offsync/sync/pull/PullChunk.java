package dev.offsync.sync.pull;

import dev.offsync.local.device.Cursors.Cursor;
import dev.offsync.local.inbox.AllAtOnce;
import dev.offsync.local.inbox.ForeignKeys;
import dev.offsync.local.inbox.ForeignKeys.Orphan;
import dev.offsync.local.inbox.Inbox;
import dev.offsync.local.inbox.InboxWriter;
import dev.offsync.local.inbox.InboxWriter.Applied;
import dev.offsync.local.inbox.Reconciliation;
import dev.offsync.local.inbox.WaitingRows;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.model.Conflict;
import dev.offsync.model.Layout;
import dev.offsync.model.Reconcile;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.RowName;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.ReferenceOrder;
import dev.offsync.sync.settle.Arrival;
import dev.offsync.sync.settle.Meeting;
import dev.offsync.sync.settle.Obstacles;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies what is in the inbox to the business tables, within the caller's local transaction. */
final class PullChunk {
    private final LocalSession session;
    private final HubLink link;
    private final PullOptions options;
    private final Map<Integer, Cursor> cursors;
    private final Map<Integer, Layout> layouts;
    private final Settler settler;
    private final boolean silent;
    private final boolean careful;
    private final Inbox inbox;
    private final ForeignKeys foreignKeys;
    private final WaitingRows waiting;
    private final Map<Integer, Inbox.Arrived> arrived = new HashMap<>();
    private final List<SyncedTable> meeting = new ArrayList<>();
    private final Map<RowName, Database.Work<Boolean>> again = new LinkedHashMap<>();
    private Misfits.Known known = Misfits.Known.NOTHING;
    private Applied applied = Applied.NOTHING;
    private boolean comingAgain;

    /**
     * @param silent whether the triggers of the business tables, those of foreign keys included, are off
     * @param careful whether rows are expected that others stand against
     */
    PullChunk(
            LocalSession session,
            HubLink link,
            PullOptions options,
            Map<Integer, Cursor> cursors,
            Map<Integer, Layout> layouts,
            Settler settler,
            boolean silent,
            boolean careful)
            throws SQLException {
        this.session = session;
        this.link = link;
        this.options = options;
        this.cursors = cursors;
        this.layouts = layouts;
        this.settler = settler;
        this.silent = silent;
        this.careful = careful;
        this.inbox = new Inbox(session.database());
        this.foreignKeys = new ForeignKeys(session.database(), session.tables());
        this.waiting = new WaitingRows(session.database(), session.tables(), foreignKeys);
    }

    /** Says what trying before has shown. */
    PullChunk knowing(Misfits.Known before) {
        known = before;
        return this;
    }

    /** Says whether rows may come that are here already, as a replica sends them until it can tell which these are. */
    PullChunk comingAgain(boolean again) {
        comingAgain = again;
        return this;
    }

    /** @param pulled the tables that are pulled, of which the chunk may be the last one */
    Applied apply(Round round, List<SyncedTable> pulled) throws SQLException {
        arrived.putAll(inbox.arrived());
        // All that there is to pull: what is missing now does not come with another chunk.
        boolean alone = round.whole() && !round.goesOn();
        List<SyncedTable> tables = withArrivals(round.tables());
        session.database().execute("SET CONSTRAINTS ALL DEFERRED");
        long skipped = 0;
        for (SyncedTable table : tables) {
            skipped += sift(table);
            if (alone && !options.allowMassDelete()) {
                new MassDelete(session).refuseToPull(inbox, table);
            }
        }
        if (round.whole() && bringMissing(pulled)) {
            tables = withArrivals(new ReferenceOrder(session).parentsFirst(pulled, table -> table));
        }
        for (SyncedTable table : tables) {
            if (!goesIn(table) && inbox.contest(table, LargeRows.largestInConflict())) {
                meeting.add(table);
            }
            skipped += reconcile(table);
        }
        var orphans = new ArrayList<Orphan>();
        for (SyncedTable table : meeting) {
            orphans.addAll(foreignKeys.holdDeletions(table));
        }
        for (SyncedTable table : meeting) {
            skipped += meet(table);
        }
        // Now: what was decided about one of them is done with, although the hub's row has to wait.
        skipped += waiting.hold(known.parentless());
        if (!tables.isEmpty()) {
            writeAndMeetWhatIsInTheWay(tables, orphans, alone);
        }
        for (SyncedTable table : tables) {
            inbox.keepWanted(table);
        }
        return applied.plus(new Applied(0, 0, 0, skipped));
    }

    private List<SyncedTable> withArrivals(List<SyncedTable> tables) {
        return tables.stream().filter(table -> arrived.containsKey(table.id())).toList();
    }

    /** Only once every row is here can be told which the hub has no trace of; says whether there are any. */
    private boolean bringMissing(List<SyncedTable> pulled) throws SQLException {
        boolean any = false;
        for (SyncedTable table : pulled) {
            if (cursor(table).reconcile() == Reconcile.FULL) {
                long missing = new Reconciliation(session.database(), table).bringMissing();
                if (!options.allowMassDelete()) {
                    new MassDelete(session).refuseToPull(missing, table);
                }
                if (missing > 0) {
                    arrived.merge(table.id(), Inbox.Arrived.DELETIONS, (came, more) -> came.and(more));
                    any = true;
                }
            }
        }
        return any;
    }

    private void writeAndMeetWhatIsInTheWay(List<SyncedTable> tables, List<Orphan> orphans, boolean alone)
            throws SQLException {
        List<InboxWriter> writers = write(tables, alone);
        var collisions = new PullCollisions(settler);
        for (int i = 0; i < tables.size(); i++) {
            collisions.blocked(
                    tables.get(i), sent(tables.get(i)), writers.get(i).blocked());
        }
        concludeAgain();
        for (Orphan orphan : orphans) {
            // It may have got the hub's parent since.
            if (foreignKeys.isOrphan(orphan)) {
                collisions.orphan(orphan);
            }
        }
        new Obstacles(session, settler, link.hello().clock()).movedOnHub();
    }

    private void concludeAgain() throws SQLException {
        var misfits = new HashSet<RowName>();
        for (Map.Entry<RowName, Database.Work<Boolean>> step : again.entrySet()) {
            if (!step.getValue().run()) {
                misfits.add(step.getKey());
            }
        }
        if (!misfits.isEmpty()) {
            throw new Misfits(new Misfits.Known(misfits, Set.of(), Set.of()));
        }
    }

    /**
     * Whether rows go in without a look at what is here. Where they meet something all the same, a unique violation says so,
     * and the next try is careful.
     */
    private boolean goesIn(SyncedTable table) throws SQLException {
        return !careful
                && !comingAgain
                && !cursor(table).everything()
                && cursor(table).reconcile() == Reconcile.NO
                && arrived(table).isNew()
                && inbox.takesNewRows(table);
    }

    /** Holds back what is too large, and drops what is not to be looked at; returns how many rows those were. */
    private long sift(SyncedTable table) throws SQLException {
        if (arrived(table).large()) {
            inbox.holdLarge(table);
        }
        long unknown = mayExistUnknown(table) ? inbox.dropUnknown(table) : 0;
        inbox.forgetWanted(table);
        return unknown + drop(table);
    }

    /** Whether a row may be there that the hub knows nothing of: it was lost and is to be offered, or the role may not see it. */
    private boolean mayExistUnknown(SyncedTable table) {
        return cursor(table).reconcile() == Reconcile.REJOIN
                || link.hello().access().get(table.hubTable()) != null;
    }

    /** Drops rows that bring nothing new. */
    private long drop(SyncedTable table) throws SQLException {
        Cursor cursor = cursor(table);
        if (cursor.findsMissing()) {
            inbox.remember(table);
        }
        boolean any = comingAgain || cursor.everything();
        long skipped = any || arrived(table).asked() ? inbox.dropEqual(table, sent(table), any) : 0;
        skipped += inbox.dropIgnored(table);
        skipped += cursor.everything() ? inbox.dropEvicted(table) : 0;
        return skipped + (cursor.trustsVersions() ? inbox.dropKnown(table) : 0);
    }

    private long reconcile(SyncedTable table) throws SQLException {
        if (cursor(table).reconcile() != Reconcile.REJOIN || !table.pushes()) {
            return 0;
        }
        var reconciliation = new Reconciliation(session.database(), table);
        return reconciliation.adoptEqual(sent(table)) + reconciliation.offerLater();
    }

    /** Rows that meet pending work; those that win are written with the others, and are none of those counted here. */
    private long meet(SyncedTable table) throws SQLException {
        boolean rejoins = cursor(table).reconcile() == Reconcile.REJOIN;
        var ordinals = new HashMap<String, Long>();
        var meetings = new ArrayList<Meeting>();
        for (Inbox.Contested row : inbox.contested(table)) {
            Row content = row.row() == null
                    ? null
                    : Row.of(table.columns(), RecordText.parse(row.row())).only(sent(table));
            var remote = new Settler.Remote(row.version(), content, row.changedAt());
            if (rejoins) {
                new Rebase(session, link).onto(table, row.recordId(), remote);
            }
            String recordId = settler.spelling(table, row.recordId());
            ordinals.put(recordId, row.ordinal());
            meetings.add(new Meeting(table, recordId, remote));
        }
        settler.meet(meetings, new InboxArrival(ordinals));
        return meetings.isEmpty() ? 0 : inbox.stillContested(table);
    }

    /** Rows of the hub that met pending work: what comes of them can wait for the rows that come with them. */
    private final class InboxArrival implements Arrival {
        private final Map<String, Long> ordinals;

        /** @param ordinals where the rows are in the inbox, by their record_id */
        InboxArrival(Map<String, Long> ordinals) {
            this.ordinals = ordinals;
        }

        private long ordinal(String recordId) {
            return Objects.requireNonNull(ordinals.get(recordId));
        }

        @Override
        public void take(SyncedTable table, String recordId, Settler.Remote taken, @Nullable Row local)
                throws SQLException {
            accept(List.of(recordId), local != null);
        }

        @Override
        public boolean takesWithOthers(Settler.Remote remote) {
            return true;
        }

        @Override
        public void takeAll(SyncedTable table, List<Conflict> conflicts) throws SQLException {
            for (boolean present : List.of(true, false)) {
                accept(
                        conflicts.stream()
                                .filter(conflict -> (conflict.local() != null) == present)
                                .map(Conflict::recordId)
                                .toList(),
                        present);
            }
        }

        private void accept(List<String> recordIds, boolean present) throws SQLException {
            inbox.settle(recordIds.stream().map(this::ordinal).toList(), present);
        }

        /**
         * The hub's row is written with the others first, which may exchange values among themselves. One that is known not
         * to fit even so leaves the local one where it is.
         */
        @Override
        public boolean meetAgain(SyncedTable table, Conflict conflict) throws SQLException {
            var row = RowName.of(table, conflict.recordId());
            if (known.staying().contains(row)) {
                return false;
            }
            accept(List.of(conflict.recordId()), conflict.local() != null);
            again.put(row, () -> settler.concludeAgain(table, conflict));
            return true;
        }
    }

    /** With the triggers off nothing stands against deleting first; else what refers to a row goes, or moves, before it. */
    private List<InboxWriter> write(List<SyncedTable> tables, boolean alone) throws SQLException {
        Database database = session.database();
        settler.rows().beginApplying();
        var writers = new ArrayList<InboxWriter>();
        for (SyncedTable table : tables) {
            writers.add(new InboxWriter(database, table, sent(table), arrived(table), meeting.contains(table)));
            if (silent) {
                foreignKeys.lockParents(table);
            }
        }
        if (careful && !silent) {
            applied = applied.plus(new AllAtOnce(database, writers).write(waiting, known.unmoved()));
        } else {
            write(writers);
        }
        if (alone && (silent || careful)) {
            lookForOrphans(tables);
        }
        for (InboxWriter writer : writers) {
            writer.rest();
        }
        settler.rows().endApplying();
        return writers;
    }

    private void write(List<InboxWriter> writers) throws SQLException {
        long deleted = silent ? delete(writers) : 0;
        for (InboxWriter writer : writers) {
            applied = applied.plus(careful ? writer.putCarefully() : writer.put());
        }
        deleted += silent ? 0 : delete(writers);
        applied = applied.plus(new Applied(0, 0, deleted, 0));
    }

    /** Children first. */
    private long delete(List<InboxWriter> parentsFirst) throws SQLException {
        // Rows that are all new take nothing away from what others refer to.
        if (arrived.values().stream().anyMatch(came -> came.deletions() || came.changed())) {
            waiting.keepParents(known.unmoved());
        }
        long deleted = 0;
        for (int i = parentsFirst.size() - 1; i >= 0; i--) {
            deleted += parentsFirst.get(i).delete();
        }
        return deleted;
    }

    private void lookForOrphans(List<SyncedTable> tables) throws SQLException {
        WaitingRows.Orphans orphans = waiting.takeBackOrphans(tables);
        applied = applied.plus(new Applied(-orphans.takenBack(), 0, 0, orphans.takenBack()));
        var inVain = new HashSet<RowName>();
        var parentless = new HashSet<String>();
        for (WaitingRows.Orphan orphan : orphans.parentless()) {
            var row = RowName.of(orphan.table(), settler.spelling(orphan.table(), orphan.recordId()));
            if (again.containsKey(row)) {
                inVain.add(row);
            } else {
                parentless.add(orphan.name());
            }
        }
        if (!inVain.isEmpty()
                || !known.parentless().containsAll(parentless)
                || !known.unmoved().containsAll(orphans.unmoved())) {
            throw new Misfits(new Misfits.Known(inVain, parentless, orphans.unmoved()));
        }
    }

    private Inbox.Arrived arrived(SyncedTable table) {
        return Objects.requireNonNull(arrived.get(table.id()));
    }

    private Cursor cursor(SyncedTable table) {
        return Objects.requireNonNull(cursors.get(table.id()));
    }

    private List<String> sent(SyncedTable table) {
        return Objects.requireNonNull(layouts.get(table.id())).sent();
    }
}
