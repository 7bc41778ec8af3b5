package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.conflict.Detection;
import dev.offsync.conflict.Dissolution;
import dev.offsync.conflict.RuleBook;
import dev.offsync.conflict.Settlement;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.ConflictLog.Ending;
import dev.offsync.local.RuleStore;
import dev.offsync.local.device.ExistingRows;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
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

    /** Other rows that a change runs into on the hub; {@code remote} as the conflict log has it for the type. */
    public record Collision(ConflictType type, Remote remote, List<RelatedRow> related) {}

    /** Where a row of the hub that a decision brings to the device goes. */
    public interface Arrival {
        /** It takes the place of the local row, now or with the next pull. */
        void take(SyncedTable table, String recordId, Remote remote, @Nullable Row local) throws SQLException;

        /** What was decided does not fit beside the rows that are here now: the two are to meet again when these have moved. */
        void meetAgain(SyncedTable table, Conflict conflict) throws SQLException;
    }

    private final LocalSession session;
    private final String hubClock;
    private final LocalRows rows;
    private final HubRows hubRows;
    private final OperationStates states;
    private final ConflictLog log;
    private final Execution execution;
    private final RuleBook rules;
    private final Settlement settlement;
    private final NoConflict silent;
    private final Set<List<String>> collided = new HashSet<>();
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
        this.rules = new RuleBook(
                new RuleStore(session.database()).all(), session.settings().conflictResolution());
        this.silent = new NoConflict(session.database());
        this.settlement = new Settlement(new CustomFunctionCall(session.database()));
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

    /** To be called before many rows are met, each of them locked. */
    public void expectMany() throws SQLException {
        states.expectMany();
    }

    public Collisions collisions(String by) {
        return new Collisions(session, rows, hubRows, states, hubClock, by);
    }

    /** As {@link #meet(SyncedTable, String, Remote, Arrival)}, with the hub's row written at once if that wins. */
    public void meet(SyncedTable table, String recordId, Remote remote) throws SQLException {
        meet(table, recordId, remote, hubRows);
    }

    /** Brings the hub's newest state of a row that has pending work together with that work. */
    public void meet(SyncedTable table, String key, Remote remote, Arrival arrival) throws SQLException {
        String recordId = log.spelling(table, key);
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            arrival.take(table, recordId, remote, local);
            return;
        }
        PendingOperation first = operations.get(0);
        long base = rows.version(table, recordId, first.inserted());
        Optional<ConflictEntry> open = log.openOn(table.name(), recordId);
        Optional<ConflictType> type = Detection.typeOf(local == null, base, remote.row() != null, remote.version())
                .or(() -> open.map(Settler::type).filter(ConflictType::isAboutOneRow));
        if (type.isPresent()) {
            Conflict conflict = conflict(table, recordId, type.get(), local, remote, operations);
            decide(table, conflict, first, open, arrival);
        } else if (!hasCollided(open)) {
            bothAgree(table, recordId, remote, local);
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
            Optional<Decision> quiet = silent.decision(table, conflict, first);
            if (quiet.isPresent()) {
                execution.carryOut(table, conflict, quiet.get(), arrival);
                return;
            }
            detected++;
        }
        boolean wins = new ExistingRows(session.database()).wins(table, first.id());
        Rule rule = rules.ruleFor(table.name(), conflict.type(), wins);
        Decision decision = settlement.decide(conflict, rule);
        if (decision instanceof Decision.Rekey) {
            rekey(table, conflict, rule, decision, arrival);
            return;
        }
        Optional<Decision> dissolved = open.isEmpty() || hasCollided(open)
                ? Optional.empty()
                : Dissolution.of(conflict, rule, silent.made(table, first));
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
        Decision explained = decision.after("by " + rules.origin(rule) + ", ");
        long id = log.open(conflict, rule.strategy().word(), explained.because());
        Optional<String> objection = execution.objection(table, conflict, decision, arrival);
        if (objection.isPresent()) {
            String why = explained.because() + "; but that row cannot be written: " + objection.get();
            leaveOpen(table, conflict, List.of(), rule, new Decision.Open(why));
            return;
        }
        log.close(id, Endings.of(explained, conflict, "rule"));
        resolved++;
    }

    /** Decides once more about a conflict whose row did not fit; the hub's row and those around it are in place by now. */
    public void concludeAgain(SyncedTable table, Conflict conflict) throws SQLException {
        Rule rule = rules.ruleFor(table.name(), conflict.type());
        conclude(table, conflict, rule, settlement.decide(conflict, rule), hubRows);
    }

    /** An open conflict came to nothing: it closes itself, and says why. */
    private void dissolve(SyncedTable table, ConflictEntry entry, Conflict conflict, Decision decision, Arrival arrival)
            throws SQLException {
        log.open(conflict, entry.strategy(), decision.because());
        execution.carryOut(table, conflict, decision, arrival);
        Ending ending = Endings.of(decision, conflict, "offsync");
        log.close(entry.id(), new Ending("dissolved", ending.data(), ending.by(), ending.message()));
        resolved++;
    }

    private void rekey(SyncedTable table, Conflict conflict, Rule rule, Decision wish, Arrival arrival)
            throws SQLException {
        String id = conflict.recordId();
        Rekeyer.Attempt attempt = new Rekeyer(session).move(table, id, () -> hubRows.put(table, conflict));
        String account = wish.because() + "; " + attempt.account();
        if (attempt.row().isPresent()) {
            String because = "by " + rules.origin(rule) + ", " + account;
            long entry = log.open(conflict, rule.strategy().word(), because);
            log.close(entry, new Ending("rekeyed", attempt.row().get(), "rule", because));
            resolved++;
            return;
        }
        Decision instead = settlement.instead(conflict, rule).after(account + "; ");
        if (instead instanceof Decision.Open undecided) {
            leaveOpen(table, conflict, List.of(), rule, undecided);
        } else {
            conclude(table, conflict, rule, instead, arrival);
        }
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
        Conflict conflict = conflict(table, entry.recordId(), ConflictType.of(entry.type()), local, remote, operations);
        Rule rule = rules.ruleFor(table.name(), conflict.type());
        Optional<Decision> dissolved = Dissolution.of(conflict, rule, silent.made(table, operations.get(0)));
        if (dissolved.isPresent()) {
            dissolve(table, entry, conflict, dissolved.get(), hubRows);
        } else {
            log.open(conflict, entry.strategy(), entry.message() == null ? "" : entry.message());
            states.hold(table, entry.recordId());
        }
    }

    /** Notes that a pending change of a row runs into other rows on the hub, and settles it where a rule can. */
    public void collide(SyncedTable table, String key, Collision collision) throws SQLException {
        String recordId = log.spelling(table, key);
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            return;
        }
        collided.add(List.of(table.name().display(), recordId));
        Conflict conflict = conflict(table, recordId, collision.type(), local, collision.remote(), operations);
        if (log.openOn(table.name(), recordId).isEmpty()) {
            detected++;
        }
        Rule rule = rules.ruleFor(table.name(), collision.type());
        Decision decision = settlement.decide(conflict, rule);
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
            Decision explained = decision.after("by " + rules.origin(rule) + ", ");
            long id = log.open(conflict, collision.related(), rule.strategy().word(), explained.because());
            collisions.carryOut(table, conflict, collision.related(), decision);
            log.close(id, Endings.of(explained, conflict, "rule"));
            resolved++;
        }
    }

    /** Whether the row was found to run into others by this very settler. */
    boolean collidedNow(SyncedTable table, String recordId) {
        return collided.contains(List.of(table.name().display(), recordId));
    }

    private Conflict conflict(
            SyncedTable table,
            String recordId,
            ConflictType type,
            @Nullable Row local,
            Remote remote,
            List<PendingOperation> operations)
            throws SQLException {
        PendingOperation first = operations.get(0);
        long base = rows.version(table, recordId, first.inserted());
        return new Conflict(
                table.name(),
                recordId,
                type,
                log.keptOver(table.name(), recordId, base).orElse(first.oldRow()),
                local,
                remote.row(),
                base + operations.size(),
                remote.version(),
                operations.get(operations.size() - 1).changedAt(),
                remote.changedAt(),
                table.key().stream().map(KeyColumn::name).toList());
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
            rows.beginApplying();
            rows.mark(table, conflict.recordId(), "conflict", conflict.localVersion());
            rows.endApplying();
        }
    }

    /** As a person decided. */
    public void carryOut(SyncedTable table, Conflict conflict, Decision decision) throws SQLException {
        execution.carryOut(table, conflict, decision, hubRows);
    }
}
