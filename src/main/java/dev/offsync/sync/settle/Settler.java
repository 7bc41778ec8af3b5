package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.conflict.Detection;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.ConflictLog.Ending;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.local.queue.PendingWork;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Meets a row of the hub with pending work on the same row of the device: finds out whether they are in conflict, lets the
 * rule decide, carries the decision out, and writes it down. Works within the caller's local transaction.
 */
public final class Settler {
    /** The hub's side of a row; {@code row} is null where it is deleted there, or never was. */
    public record Remote(
            long version, @Nullable Row row, @Nullable Instant changedAt) {}

    /** Other rows that a change runs into on the hub; what it meets there is as the conflict log has it for the type. */
    public record Collision(ConflictType type, List<RelatedRow> related) {}

    private final LocalSession session;
    private final String hubClock;
    private final LocalRows rows;
    private final HubRows hubRows;
    private final OperationStates states;
    private final ConflictLog log;
    private final Execution execution;
    private final Judge judge;
    private final Dealt dealt = new Dealt();
    private int detected;
    private int resolved;

    public Settler(LocalSession session, Instant hubClock) throws SQLException {
        this.session = session;
        this.hubClock = hubClock.toString();
        this.rows = new LocalRows(session.database());
        this.hubRows = new HubRows(session.database(), rows);
        this.states = new OperationStates(session.database());
        this.log = new ConflictLog(session.database());
        this.execution = new Execution(session.database(), rows, states);
        this.judge = new Judge(session);
    }

    public int detected() {
        return detected;
    }

    public int resolved() {
        return resolved;
    }

    public LocalRows rows() {
        return rows;
    }

    public Dealt dealt() {
        return dealt;
    }

    /** The text of a row's key in the conflict that is open on it. */
    public String spelling(SyncedTable table, String key) throws SQLException {
        return log.spelling(table, key);
    }

    public Collisions collisions(String by) {
        return new Collisions(session, rows, hubRows, states, hubClock, by);
    }

    /** As {@link #meet(List, Arrival)}, with the hub's rows written at once where they win. */
    public void meet(List<Meeting> meetings) throws SQLException {
        meet(meetings, hubRows);
    }

    /**
     * Brings the hub's newest states of rows together with the work that is pending on them: those that go together by a
     * few statements for all, the rest one by one.
     */
    public void meet(List<Meeting> meetings, Arrival arrival) throws SQLException {
        List<Meeting> left = meetings;
        if (meetings.size() > Together.FEW) {
            var together = new Together(session, hubClock, rows, log, judge, arrival);
            left = together.meet(meetings, lock(meetings));
            detected += together.detected();
            resolved += together.decided().size();
            dealt.decided(together.decided());
        }
        expect(left);
        for (Meeting meeting : left) {
            meet(meeting.table(), meeting.key(), meeting.remote(), arrival);
        }
    }

    /** To be called before rows are met or collide that may be many. */
    public void expect(List<Meeting> meetings) throws SQLException {
        if (meetings.size() > Together.FEW) {
            states.expectMany(lock(meetings));
        }
    }

    /** Locks the local rows that are there, and returns their keys by the number of their table. */
    private Map<Integer, Set<String>> lock(List<Meeting> meetings) throws SQLException {
        var locked = new LinkedHashMap<Integer, Set<String>>();
        for (List<Meeting> ofTable : Together.byTable(meetings)) {
            SyncedTable table = ofTable.get(0).table();
            locked.put(
                    table.id(),
                    rows.lock(table, ofTable.stream().map(Meeting::key).toList()));
        }
        return locked;
    }

    /** Brings the hub's newest state of a row that has pending work together with that work. */
    private void meet(SyncedTable table, String key, Remote remote, Arrival arrival) throws SQLException {
        String recordId = log.spelling(table, key);
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            arrival.take(table, recordId, remote, local);
            return;
        }
        // Something here referred to it when its deletion was queued: it goes once the hub has deleted it.
        boolean lingers = local != null && operations.get(operations.size() - 1).newRow() == null;
        if (lingers && remote.row() == null) {
            states.supersede(table, recordId);
            arrival.take(table, recordId, remote, local);
            return;
        }
        PendingWork work = work(table, recordId, operations);
        Optional<ConflictEntry> open = log.openOn(table.name(), recordId);
        Optional<ConflictType> type = Detection.typeOf(
                        local == null, work.base(), remote.row() != null, remote.version())
                .or(() -> open.map(Settler::type).filter(ConflictType::isAboutOneRow));
        if (type.isPresent()) {
            Conflict conflict = conflict(table, recordId, type.get(), local, remote, work);
            decide(table, conflict, work.first(), open, arrival);
        } else if (!hasCollided(open)) {
            bothAgree(table, recordId, remote, local);
            if (lingers) {
                rows.askFor(table, recordId, ConflictType.FOREIGN_KEY);
            }
        }
    }

    private static ConflictType type(ConflictEntry entry) {
        return ConflictType.of(entry.type());
    }

    /** Whether what is open is about other rows than the one that it stands under. */
    private static boolean hasCollided(Optional<ConflictEntry> open) {
        return open.isPresent() && !type(open.get()).isAboutOneRow();
    }

    /** Lets the rule decide, unless there is nothing to decide, or no longer. */
    private void decide(
            SyncedTable table, Conflict conflict, PendingOperation first, Optional<ConflictEntry> open, Arrival arrival)
            throws SQLException {
        if (open.isEmpty()) {
            Optional<Decision> quiet = judge.quietly(table, conflict, first);
            if (quiet.isPresent()) {
                execution.carryOut(table, conflict, quiet.get(), arrival);
                return;
            }
            detected++;
        }
        Rule rule = judge.rule(table, conflict, first);
        Decision decision = judge.decide(conflict, rule);
        if (decision instanceof Decision.Rekey) {
            rekey(table, conflict, rule, decision, arrival);
            return;
        }
        Optional<Decision> dissolved = open.isEmpty() || hasCollided(open)
                ? Optional.empty()
                : judge.dissolution(table, conflict, rule, first);
        if (dissolved.isPresent()) {
            dissolve(table, open.orElseThrow(), conflict, dissolved.get(), arrival);
        } else if (decision instanceof Decision.Open undecided) {
            leaveOpen(table, conflict, List.of(), rule, undecided);
        } else {
            conclude(table, conflict, rule, decision, arrival);
        }
    }

    private void conclude(SyncedTable table, Conflict conflict, Rule rule, Decision decision, Arrival arrival)
            throws SQLException {
        Optional<Execution.Objection> objection = settle(table, conflict, rule, decision, arrival);
        if (objection.isPresent()) {
            String why = decision.because() + "; but " + objection.get().why();
            if (objection.get().forGood()) {
                fallBack(table, conflict, rule, why, arrival);
            } else {
                leaveOpen(table, conflict, List.of(), rule, new Decision.Open(judge.because(rule) + why));
            }
        }
    }

    /** Lets the rule's fallback decide, since what the rule wants cannot be. */
    private void fallBack(SyncedTable table, Conflict conflict, Rule rule, String why, Arrival arrival)
            throws SQLException {
        Decision instead = judge.instead(conflict, rule).after(why + "; ");
        if (instead instanceof Decision.Open undecided) {
            leaveOpen(table, conflict, List.of(), rule, undecided);
        } else {
            conclude(table, conflict, rule, instead, arrival);
        }
    }

    /** Settles the conflict as was decided, or says why not. */
    private Optional<Execution.Objection> settle(
            SyncedTable table, Conflict conflict, Rule rule, Decision decision, Arrival arrival) throws SQLException {
        Decision explained = judge.explained(decision, rule);
        long id = log.open(conflict, rule.strategy().word(), explained.because());
        Optional<Execution.Objection> objection = execution.objection(table, conflict, decision, arrival);
        if (objection.isEmpty()) {
            log.close(id, Endings.of(explained, conflict, "rule"));
            settled(table, conflict.recordId());
        }
        return objection;
    }

    /**
     * Writes the row that was decided on, but did not fit; the hub's row, if that fits, and those around it are in place by
     * now. False where it does not fit even so.
     */
    public boolean concludeAgain(SyncedTable table, Conflict conflict) throws SQLException {
        if (log.openOn(table.name(), conflict.recordId()).isEmpty()) {
            return true;
        }
        Rule rule = judge.rule(table, conflict.type());
        Decision decision = judge.decide(conflict, rule);
        return decision instanceof Decision.Write
                && settle(table, conflict, rule, decision, hubRows).isEmpty();
    }

    /** An open conflict came to nothing: it closes itself, and says why. */
    private void dissolve(SyncedTable table, ConflictEntry entry, Conflict conflict, Decision decision, Arrival arrival)
            throws SQLException {
        log.open(conflict, entry.strategy(), decision.because());
        execution.carryOut(table, conflict, decision, arrival);
        Ending ending = Endings.of(decision, conflict, "offsync");
        log.close(entry.id(), new Ending("dissolved", ending.data(), ending.by(), ending.message()));
        settled(table, conflict.recordId());
    }

    private void rekey(SyncedTable table, Conflict conflict, Rule rule, Decision wish, Arrival arrival)
            throws SQLException {
        String id = conflict.recordId();
        Rekeyer.Attempt attempt = new Rekeyer(session).move(table, id, () -> hubRows.put(table, conflict));
        String account = wish.because() + "; " + attempt.account();
        if (attempt.row().isPresent()) {
            String because = judge.because(rule) + account;
            long entry = log.open(conflict, rule.strategy().word(), because);
            log.close(entry, new Ending("rekeyed", attempt.row().get(), "rule", because));
            settled(table, id);
            return;
        }
        fallBack(table, conflict, rule, account, arrival);
    }

    /**
     * Brings open conflicts up to date with what was done here to their rows since: the log has the newest local row, and
     * one that has come to nothing closes itself.
     */
    public void followEdits() throws SQLException {
        if (log.open().isEmpty()) {
            return;
        }
        new Obstacles(session, this, Instant.parse(hubClock)).edited();
        for (ConflictEntry entry : log.editedSince()) {
            Optional<SyncedTable> table = session.tables().stream()
                    .filter(t -> t.name().display().equals(entry.table()))
                    .findFirst();
            if (table.isPresent()) {
                followEdit(table.get(), entry);
            }
        }
    }

    private void followEdit(SyncedTable table, ConflictEntry entry) throws SQLException {
        @Nullable Row local = rows.lock(table, entry.recordId()).orElse(null);
        List<PendingOperation> operations = states.of(table, entry.recordId(), hubClock);
        if (operations.isEmpty()) {
            return;
        }
        long version = entry.remoteVersion() == null ? 0 : entry.remoteVersion();
        var remote = new Remote(version, entry.remote(), entry.remoteChangedAt());
        PendingWork work = work(table, entry.recordId(), operations);
        Conflict conflict = conflict(table, entry.recordId(), ConflictType.of(entry.type()), local, remote, work);
        Rule rule = judge.rule(table, conflict.type());
        Optional<Decision> dissolved = judge.dissolution(table, conflict, rule, work.first());
        if (dissolved.isPresent()) {
            dissolve(table, entry, conflict, dissolved.get(), hubRows);
        } else {
            log.open(conflict, entry.strategy(), entry.message() == null ? "" : entry.message());
            states.hold(table, entry.recordId());
        }
    }

    /** Notes that a pending change of a row runs into other rows on the hub, and settles it where a rule can. */
    public void collide(Meeting meeting, Collision collision) throws SQLException {
        SyncedTable table = meeting.table();
        String recordId = log.spelling(table, meeting.key());
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            return;
        }
        dealt.collided(table, recordId);
        Optional<ConflictEntry> open = log.openOn(table.name(), recordId);
        if (open.isPresent() && type(open.get()) == ConflictType.INSERT_INSERT) {
            // Whose key it is comes first: without this row the hub's is to be here, and it may run into nothing.
            return;
        }
        PendingWork work = work(table, recordId, operations);
        Conflict conflict = conflict(table, recordId, collision.type(), local, meeting.remote(), work);
        if (open.isEmpty()) {
            detected++;
        }
        Rule rule = judge.rule(table, collision.type());
        Decision decision = judge.decide(conflict, rule);
        var collisions = collisions("rule");
        Optional<String> objection = decision instanceof Decision.KeepLocal
                ? collisions.objection(conflict, collision.related())
                : Optional.empty();
        if (objection.isPresent()) {
            decision = new Decision.Open(decision.because() + "; but " + objection.get());
        }
        if (decision instanceof Decision.Open undecided) {
            String because = undecided.because() + "; " + Collisions.described(collision.related());
            leaveOpen(table, conflict, collision.related(), rule, new Decision.Open(because));
        } else {
            Decision explained = judge.explained(decision, rule);
            long id = log.open(conflict, collision.related(), rule.strategy().word(), explained.because());
            collisions.carryOut(table, conflict, collision.related(), decision);
            log.close(id, Endings.of(explained, conflict, "rule"));
            settled(table, recordId);
        }
    }

    private void settled(SyncedTable table, String recordId) {
        resolved++;
        dealt.decided(table, recordId);
    }

    private Conflict conflict(
            SyncedTable table, String recordId, ConflictType type, @Nullable Row local, Remote remote, PendingWork work)
            throws SQLException {
        @Nullable
        Row base = log.keptOver(table.name(), recordId, work.base())
                .orElse(work.first().oldRow());
        return new Meeting(table, recordId, remote).conflict(type, base, local, work);
    }

    private PendingWork work(SyncedTable table, String recordId, List<PendingOperation> operations)
            throws SQLException {
        return PendingWork.of(
                operations, rows.version(table, recordId, operations.get(0).inserted()));
    }

    /** The hub deleted what the device deleted, or has the very version that the device builds on. */
    private void bothAgree(SyncedTable table, String recordId, Remote remote, @Nullable Row local) throws SQLException {
        if (local == null && remote.row() == null) {
            states.supersede(table, recordId);
            rows.forget(table, recordId);
        }
    }

    private void leaveOpen(
            SyncedTable table, Conflict conflict, List<RelatedRow> related, Rule rule, Decision.Open undecided)
            throws SQLException {
        states.hold(table, conflict.recordId());
        log.open(conflict, related, rule.strategy().word(), undecided.because());
        if (conflict.local() != null) {
            rows.markApplying(table, conflict.recordId(), "conflict", conflict.localVersion());
        }
    }

    /** As a person decided. */
    public void carryOut(SyncedTable table, Conflict conflict, Decision decision) throws SQLException {
        execution.carryOut(table, conflict, decision, hubRows);
    }
}
