package dev.offsync.sync.push;

import dev.offsync.conflict.RuleBook;
import dev.offsync.hub.Outcome;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.RuleStore;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.queue.Completion;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PlainBatch;
import dev.offsync.local.queue.Queue;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Layout;
import dev.offsync.model.RecordText;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import dev.offsync.sync.settle.Meeting;
import dev.offsync.sync.settle.Obstacles;
import dev.offsync.sync.settle.Settler;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Notes in one local transaction what the hub made of a batch, and settles the conflicts that it found. */
final class BatchCompletion {
    private static final List<ConflictType> COLLISIONS =
            List.of(ConflictType.UNIQUE_VIOLATION, ConflictType.FOREIGN_KEY);
    private static final int MOST_TRIES = 3;

    private final LocalSession session;
    private final HubLink link;
    private final Set<Long> tried;
    private long operations;
    private long rows;
    private int detected;
    private int resolved;
    private boolean released;
    private final Set<Long> putOff = new HashSet<>();
    private List<Outcome> floors = List.of();

    /** @param tried takes the operations that are not to be tried again in this run */
    BatchCompletion(LocalSession session, HubLink link, Set<Long> tried) {
        this.session = session;
        this.link = link;
        this.tried = tried;
    }

    /** Operations that the hub took in this run, coalesced ones included. */
    long operations() {
        return operations;
    }

    /** Rows that they came to. */
    long rows() {
        return rows;
    }

    int detected() {
        return detected;
    }

    int resolved() {
        return resolved;
    }

    /** Whether a conflict was settled since the last call, or put off, so that there may be something more to send. */
    boolean released() {
        boolean was = released || !putOff.isEmpty();
        released = false;
        putOff.clear();
        return was;
    }

    /**
     * The operations that are to be sent again, once all that was planned is sent: what was done to their rows later, and
     * what builds on them, must not go before.
     */
    Set<Long> putOff() {
        return putOff;
    }

    /** Completes a batch that an earlier run sent, and whose reply was lost; it lies in the outbox. */
    void completeInFlight(long batch, List<Outcome> outcomes) throws SQLException {
        complete(batch, outcomes, false);
    }

    /**
     * Completes a batch that the hub has answered, and that lies in the outbox. False where a row that the hub does not
     * have yet, or an operation that goes again, may hold back something that was planned before.
     */
    boolean complete(long batch, List<Outcome> outcomes) throws SQLException {
        floors = outcomes.stream()
                .filter(outcome -> outcome.kind().equals("floor"))
                .toList();
        return complete(batch, outcomes, true);
    }

    /**
     * Whether what a batch comes to may be noted while the hub still applies it, as if the hub took all of it. Rows of
     * applications must not be locked for so long, and a row in conflict that waits for one of the batch must see it done.
     */
    boolean mayBeNotedBefore(Outgoing outgoing) throws SQLException {
        return !outgoing.inOutbox() || touchesNothingElse();
    }

    private boolean touchesNothingElse() throws SQLException {
        return session.tables().stream().noneMatch(SyncedTable::syncColumns)
                && new ConflictLog(session.database()).open().isEmpty();
    }

    /**
     * Writes the versions that the rows of a batch rest on once the hub has all of it, in a transaction that waits for that.
     * Floors are taken for those that the hub named last.
     */
    void note(Outgoing outgoing) throws SQLException {
        session.database().execute(OutputSettings.forTransaction());
        if (outgoing.inOutbox()) {
            rested(floors);
        } else {
            new PlainBatch(session.database(), session.tables())
                    .rest(
                            outgoing.plain(),
                            outgoing.batch(),
                            floors.stream()
                                    .collect(Collectors.toMap(
                                            Outcome::table, floor -> Objects.requireNonNull(floor.version()))));
        }
    }

    private Completion rested(List<Outcome> outcomes) throws SQLException {
        var completion = new Completion(session.database());
        completion.begin();
        completion.outcomes(
                outcomes.stream().map(Outcome::operation).toList(),
                outcomes.stream().map(Outcome::kind).toList(),
                outcomes.stream().map(Outcome::version).toList());
        completion.rest(session.tables());
        return completion;
    }

    /** Whether the hub took all of a batch, and what was noted of it is true. */
    boolean isAsNoted(List<Outcome> outcomes) {
        return outcomes.equals(floors);
    }

    /** The hub has all of a batch whose versions are written. */
    void completeNoted(Outgoing outgoing) throws SQLException {
        released |= new Queue(session.database()).complete(outgoing.batch()) > 0;
        session.database()
                .update(
                        "UPDATE offsync.synced_table SET last_push_at = clock_timestamp() WHERE id = ANY (?::integer[])",
                        outgoing.sections().stream()
                                .map(section -> section.part().table().id())
                                .toList());
        contacted();
    }

    /** What was completed counts once its transaction is committed. */
    void count(Outgoing outgoing) {
        rows += outgoing.rows();
        operations += outgoing.operations();
    }

    /** @param contacted whether this very run made the contact, as opposed to an earlier one whose reply was lost */
    private boolean complete(long batch, List<Outcome> outcomes, boolean contacted) throws SQLException {
        List<Outcome> seen = withCounters(outcomes);
        for (int tries = 1; ; tries++) {
            try {
                Done done = session.database().transaction(() -> write(batch, seen, contacted));
                rows += done.taken().rows();
                operations += done.taken().operations();
                detected += done.settler().detected();
                resolved += done.settler().resolved();
                released |= done.released();
                putOff.addAll(done.pending());
                return done.asPlanned() && done.pending().isEmpty();
            } catch (SQLException e) {
                // What an application did meanwhile is pending work by now, and seen by the next try.
                if (tries == MOST_TRIES || !SqlErrors.isLostRace(e)) {
                    throw e;
                }
            }
        }
    }

    /** Counters that both sides moved to the same value have still moved twice: the hub's "equal" is a conflict there. */
    private List<Outcome> withCounters(List<Outcome> outcomes) throws SQLException {
        if (outcomes.stream().noneMatch(outcome -> outcome.kind().equals("equal"))) {
            return outcomes;
        }
        var rules = new RuleBook(
                new RuleStore(session.database()).all(), session.settings().conflictResolution());
        var seen = new ArrayList<Outcome>();
        for (Outcome outcome : outcomes) {
            boolean counted = outcome.kind().equals("equal")
                    && !rules.ruleFor(table(outcome.table()).name(), ConflictType.UPDATE_UPDATE)
                            .deltaColumns()
                            .isEmpty();
            seen.add(counted ? outcome.asConflict() : outcome);
        }
        return seen;
    }

    /** What the local transaction came to, counted once it is committed. */
    private record Done(
            Completion.Taken taken, Settler settler, boolean released, List<Long> pending, boolean asPlanned) {}

    private Done write(long batch, List<Outcome> outcomes, boolean contacted) throws SQLException {
        Database database = session.database();
        database.execute(OutputSettings.forTransaction());
        LocalTriggers.silence(database);
        Completion completion = rested(outcomes);
        var settler = new Settler(session, link.hello().clock());
        settle(batch, outcomes, completion, settler);
        Completion.Taken taken = completion.taken();
        boolean goesOn = new Queue(database).complete(batch) > 0;
        var obstacles = new Obstacles(session, settler, link.hello().clock());
        goesOn |= obstacles.movedHere() > 0;
        obstacles.closePassed();
        new LocalRows(database).beginApplying();
        completion.mark(session.tables());
        new LocalRows(database).endApplying();
        if (contacted) {
            contacted();
        } else {
            database.update("UPDATE offsync.device SET last_push_at = now()");
        }
        database.update(
                "UPDATE offsync.synced_table SET last_push_at = now() WHERE id IN (SELECT table_id FROM outbox)");
        return new Done(
                taken, settler, goesOn || settler.resolved() > 0, completion.pending(), !completion.heldInserts());
    }

    private void contacted() throws SQLException {
        var device = new DeviceStore(session.database());
        device.contacted(link.hello().clock(), device.lastOperation(), link.skewMs());
        session.database().update("UPDATE offsync.device SET last_push_at = clock_timestamp()");
    }

    private void settle(long batch, List<Outcome> outcomes, Completion completion, Settler settler)
            throws SQLException {
        for (Outcome outcome : outcomes) {
            if (outcome.kind().equals("waits")) {
                new OperationStates(session.database())
                        .park(batch, outcome.operation(), Objects.requireNonNull(outcome.blockedBy()));
            }
        }
        List<Outcome> conflicts = outcomes.stream()
                .filter(outcome ->
                        outcome.kind().equals("conflict") || collision(outcome).isPresent())
                .toList();
        Set<Long> putOff = putOff(conflicts);
        Map<Long, String> recordIds =
                completion.recordIds(conflicts.stream().map(Outcome::operation).toList());
        // In the order of the hub: what becomes of a row may rest on what became of one before.
        var run = new LinkedHashMap<Outcome, Meeting>();
        boolean colliding = false;
        for (Outcome outcome : conflicts) {
            String recordId = recordIds.get(outcome.operation());
            if (recordId != null && !putOff.contains(outcome.operation())) {
                if (colliding != collision(outcome).isPresent()) {
                    settle(run, colliding, settler);
                    run.clear();
                    colliding = !colliding;
                }
                run.put(outcome, meeting(outcome, recordId));
            }
        }
        settle(run, colliding, settler);
    }

    private void settle(Map<Outcome, Meeting> run, boolean colliding, Settler settler) throws SQLException {
        List<Meeting> meetings = List.copyOf(run.values());
        if (!colliding) {
            settler.meet(meetings);
            return;
        }
        settler.expect(meetings);
        for (Map.Entry<Outcome, Meeting> row : run.entrySet()) {
            Outcome outcome = row.getKey();
            settler.collide(
                    row.getValue(),
                    new Settler.Collision(collision(outcome).orElseThrow(), related(outcome.related())));
        }
    }

    private Meeting meeting(Outcome outcome, String recordId) {
        SyncedTable table = table(outcome.table());
        long version = outcome.version() == null ? 0 : outcome.version();
        return new Meeting(
                table, recordId, new Settler.Remote(version, row(table, outcome.row()), outcome.changedAt()));
    }

    /**
     * The operations of conflicts that there is no memory for: a row of the hub that is too large waits for a run that has
     * more, one that was too much beside others comes with another batch of this one.
     */
    private Set<Long> putOff(List<Outcome> conflicts) throws SQLException {
        var states = new OperationStates(session.database());
        Map<Long, Long> large = conflicts.isEmpty() ? Map.of() : new LargeRows(session.database()).inConflict();
        var putOff = new HashSet<Long>();
        for (Outcome outcome : conflicts) {
            long bytes = Math.max(
                    outcome.leftOut() == null ? 0 : outcome.leftOut(), large.getOrDefault(outcome.operation(), 0L));
            if (bytes > LargeRows.largestInConflict()) {
                states.putOff(outcome.operation(), LargeRows.inConflict(bytes));
                tried.add(outcome.operation());
            } else if (bytes > 0) {
                states.putOff(outcome.operation(), null);
            }
            if (bytes > 0) {
                putOff.add(outcome.operation());
            }
        }
        released |= !putOff.isEmpty();
        return putOff;
    }

    private static Optional<ConflictType> collision(Outcome outcome) {
        return COLLISIONS.stream()
                .filter(type -> type.word().equals(outcome.kind()))
                .findFirst();
    }

    /** The other rows of a conflict with the columns that travel; for a parent that the hub lacks, the device's copy. */
    private List<RelatedRow> related(List<RelatedRow> onHub) throws SQLException {
        var related = new ArrayList<RelatedRow>();
        for (RelatedRow row : onHub) {
            Optional<SyncedTable> table = session.tables().stream()
                    .filter(t -> t.name().display().equals(row.table()))
                    .findFirst();
            @Nullable Row content = row.row();
            if (table.isPresent() && content != null) {
                content = content.only(table.get().sentColumns());
            } else if (table.isPresent() && row.recordId() != null) {
                content = copy(table.get(), row.recordId());
            }
            related.add(new RelatedRow(
                    row.table(),
                    row.recordId(),
                    row.effect(),
                    row.constraint(),
                    row.columns(),
                    content,
                    row.version(),
                    false));
        }
        return related;
    }

    /** The device's row, or what it had before a conflict was settled for the row's deletion. */
    private @Nullable Row copy(SyncedTable table, String recordId) throws SQLException {
        Database database = session.database();
        Optional<Row> here = new LocalRows(database).lock(table, recordId);
        return here.isPresent()
                ? here.get()
                : new ConflictLog(database)
                        .lastOn(table.name(), recordId)
                        .filter(lost -> "remote".equals(lost.resolution()))
                        .map(lost -> lost.local() != null ? lost.local() : lost.base())
                        .orElse(null);
    }

    private SyncedTable table(int hubTable) {
        return session.tables().stream()
                .filter(table -> Objects.equals(table.hubTable(), hubTable))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable Row row(SyncedTable table, @Nullable String text) {
        if (text == null) {
            return null;
        }
        List<String> hubColumns =
                Objects.requireNonNull(link.hello().columns().get(Objects.requireNonNull(table.hubTable())));
        Layout layout = Layout.of(hubColumns, table.columns(), table.sentColumns());
        return Row.of(table.columns(), RecordText.parse(layout.apply(text))).only(layout.sent());
    }
}
