package dev.offsync.sync;

import dev.offsync.conflict.CustomFunction;
import dev.offsync.conflict.Decision;
import dev.offsync.conflict.Detection;
import dev.offsync.conflict.RuleBook;
import dev.offsync.conflict.Settlement;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.ConflictLog.Ending;
import dev.offsync.local.LocalRows;
import dev.offsync.local.OperationStates;
import dev.offsync.local.PendingOperation;
import dev.offsync.local.RuleStore;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.SqlErrors;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Meets a row of the hub with pending work on the same row of the device: finds out whether they are in conflict, lets the
 * rule decide, carries the decision out, and writes it down. Works within the caller's local transaction.
 */
final class Settler {
    /** The hub's side of a row; {@code row} is null where it is deleted there, or never was. */
    record Remote(long version, @Nullable Row row, @Nullable Instant changedAt) {}

    /** Other rows that a change runs into on the hub; {@code remote} as the conflict log has it for the type. */
    record Collision(ConflictType type, Remote remote, List<RelatedRow> related) {}

    private final LocalSession session;
    private final String hubClock;
    private final LocalRows rows;
    private final OperationStates states;
    private final ConflictLog log;
    private final RuleBook rules;
    private final Settlement settlement;
    private int detected;
    private int resolved;

    Settler(LocalSession session, Instant hubClock) throws SQLException {
        this.session = session;
        this.hubClock = hubClock.toString();
        this.rows = new LocalRows(session.database());
        this.states = new OperationStates(session.database());
        this.log = new ConflictLog(session.database());
        this.rules = new RuleBook(
                new RuleStore(session.database()).all(), session.settings().conflictResolution());
        this.settlement = new Settlement(customFunction());
    }

    int detected() {
        return detected;
    }

    int resolved() {
        return resolved;
    }

    LocalRows rows() {
        return rows;
    }

    /** To be called before many rows are met, each of them locked. */
    void expectMany() throws SQLException {
        states.expectMany();
    }

    Collisions collisions(String by) {
        return new Collisions(session, rows, states, hubClock, by);
    }

    /** Brings the hub's newest state of a row that has pending work together with that work. */
    void meet(SyncedTable table, String recordId, Remote remote) throws SQLException {
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            takeRemote(table, recordId, remote, local);
            return;
        }
        PendingOperation first = operations.get(0);
        long base = rows.version(table, recordId, first.inserted());
        Optional<ConflictEntry> open = log.openOn(table.name(), recordId);
        boolean collided = open.map(Settler::isCollision).orElse(false);
        Optional<ConflictType> type = open.isPresent() && !collided
                ? Optional.of(ConflictType.of(open.get().type()))
                : Detection.typeOf(local == null, base, remote.row() != null, remote.version());
        if (type.isEmpty()) {
            if (!collided) {
                bothAgree(table, recordId, remote, local);
            }
            return;
        }
        Conflict conflict = conflict(table, recordId, type.get(), local, remote, operations);
        if (open.isEmpty()) {
            detected++;
        }
        Rule rule = rules.ruleFor(table.name(), type.get());
        Decision decision = settlement.decide(conflict, rule);
        if (decision instanceof Decision.Open undecided) {
            leaveOpen(table, conflict, List.of(), rule, undecided);
        } else {
            long id = open.isPresent()
                    ? open.get().id()
                    : log.open(conflict, rule.strategy().word(), because(decision));
            Optional<String> objection = objection(table, recordId, remote, local, decision);
            if (objection.isPresent()) {
                String why = because(decision) + "; but that row cannot be written: " + objection.get();
                leaveOpen(table, conflict, List.of(), rule, new Decision.Open(why));
                return;
            }
            log.close(id, ending(decision, conflict, "rule"));
            resolved++;
        }
    }

    /** Notes that a pending change of a row runs into other rows on the hub, and settles it where a rule can. */
    void collide(SyncedTable table, String recordId, Collision collision) throws SQLException {
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        if (operations.isEmpty()) {
            return;
        }
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
            long id = log.open(conflict, collision.related(), rule.strategy().word(), because(decision));
            collisions.carryOut(table, conflict, collision.related(), decision);
            log.close(id, ending(decision, conflict, "rule"));
            resolved++;
        }
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
        return new Conflict(
                table.name(),
                recordId,
                type,
                first.oldRow(),
                local,
                remote.row(),
                rows.version(table, recordId, first.inserted()) + operations.size(),
                remote.version(),
                operations.get(operations.size() - 1).changedAt(),
                remote.changedAt(),
                table.key().stream().map(KeyColumn::name).toList());
    }

    private static boolean isCollision(ConflictEntry entry) {
        ConflictType type = ConflictType.of(entry.type());
        return type == ConflictType.UNIQUE_VIOLATION || type == ConflictType.FOREIGN_KEY;
    }

    /** Carries a rule's decision out, or says why its row cannot be: a counter too large for its type, a CHECK. */
    private Optional<String> objection(
            SyncedTable table, String recordId, Remote remote, @Nullable Row local, Decision decision)
            throws SQLException {
        if (!(decision instanceof Decision.Write)) {
            carryOut(table, recordId, remote, local, decision);
            return Optional.empty();
        }
        Connection connection = session.database().connection();
        Savepoint before = connection.setSavepoint();
        try {
            carryOut(table, recordId, remote, local, decision);
            connection.releaseSavepoint(before);
            return Optional.empty();
        } catch (SQLException e) {
            if (!SqlErrors.isDataError(e) || SqlErrors.isLostRace(e)) {
                throw e;
            }
            connection.rollback(before);
            return Optional.of(HubErrors.text(e));
        }
    }

    /**
     * Pending work meets a hub that was restored: where the hub has what the work was made on, or an earlier state of it,
     * the work goes on top of that; else the versions are made to differ, since the same one may have been issued twice.
     */
    void rebase(SyncedTable table, String recordId, Remote remote) throws SQLException {
        @Nullable Row local = rows.lock(table, recordId).orElse(null);
        List<PendingOperation> operations = states.of(table, recordId, hubClock);
        PendingOperation first = operations.get(0);
        long known = rows.version(table, recordId, first.inserted());
        boolean builtOnThat = Objects.equals(first.oldRow(), remote.row()) || Objects.equals(local, remote.row());
        boolean earlier = known > remote.version() && !isNews(remote);
        if (builtOnThat || earlier) {
            rows.rest(table, recordId, remote.row() == null ? 0 : remote.version());
        } else if (known == remote.version()) {
            rows.rest(table, recordId, known - 1);
        }
    }

    /** Whether the hub's row was changed since this device was last in contact. */
    private boolean isNews(Remote remote) {
        Instant contact = session.device().lastContactAt();
        return contact == null
                || remote.changedAt() == null
                || remote.changedAt().isAfter(contact);
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

    /** Makes a decision true on the device; what is to reach the hub becomes pending on the hub's version. */
    void carryOut(SyncedTable table, String recordId, Remote remote, @Nullable Row local, Decision decision)
            throws SQLException {
        if (decision instanceof Decision.KeepRemote) {
            states.supersede(table, recordId);
            takeRemote(table, recordId, remote, local);
            return;
        }
        if (decision instanceof Decision.Write write && !write.row().equals(local)) {
            rows.put(table, recordId, write.row(), local != null);
        }
        rows.rest(table, recordId, remote.version());
        states.release(table, recordId);
        if (local != null || decision instanceof Decision.Write) {
            rows.beginApplying();
            rows.mark(table, recordId, "pending", remote.version() + 1);
            rows.endApplying();
        }
    }

    private void takeRemote(SyncedTable table, String recordId, Remote remote, @Nullable Row local)
            throws SQLException {
        rows.beginApplying();
        if (remote.row() == null) {
            if (local != null) {
                rows.delete(table, recordId);
            }
            rows.forget(table, recordId);
        } else {
            rows.put(table, recordId, remote.row(), local != null);
            rows.rest(table, recordId, remote.version());
            rows.mark(table, recordId, "synced", remote.version());
        }
        rows.endApplying();
    }

    static Ending ending(Decision decision, Conflict conflict, String by) {
        if (decision instanceof Decision.Write write) {
            return new Ending("merged", write.row(), by, write.because());
        }
        return decision instanceof Decision.KeepLocal || decision instanceof Decision.Displace
                ? new Ending("local", conflict.local(), by, because(decision))
                : new Ending("remote", conflict.remote(), by, because(decision));
    }

    static String because(Decision decision) {
        return decision.because();
    }

    private CustomFunction customFunction() {
        return new CustomFunctionCall(session.database());
    }
}
