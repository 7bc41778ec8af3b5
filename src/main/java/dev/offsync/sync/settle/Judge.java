package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.conflict.Dissolution;
import dev.offsync.conflict.RuleBook;
import dev.offsync.conflict.Settlement;
import dev.offsync.local.RuleStore;
import dev.offsync.local.device.ExistingRows;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.Optional;

/** What the rules of the device, and the rows themselves, make of conflicts. Changes nothing. */
final class Judge {
    private final RuleBook rules;
    private final Settlement settlement;
    private final ExistingRows existing;

    Judge(LocalSession session) throws SQLException {
        this.rules = new RuleBook(
                new RuleStore(session.database()).all(), session.settings().conflictResolution());
        this.settlement = new Settlement(new CustomFunctionCall(session.database()));
        this.existing = new ExistingRows(session.database());
    }

    /**
     * What becomes of a row with nothing for the log: neither change was made on the other, and still there is nothing to
     * decide. Nothing where it is a conflict.
     *
     * @param first the row's first operation
     */
    Optional<Decision> quietly(SyncedTable table, Conflict conflict, PendingOperation first) throws SQLException {
        boolean made = made(table, first);
        Row remote = conflict.remote();
        boolean equalNow = remote != null && Dissolution.same(conflict.local(), remote);
        boolean equalAtFirst = first.inserted() && !made && remote != null && Dissolution.same(first.newRow(), remote);
        if (conflict.type() == ConflictType.INSERT_INSERT && equalNow) {
            return Optional.of(new Decision.KeepRemote("both sides have the same row"));
        }
        if (equalAtFirst) {
            return Optional.of(
                    new Decision.KeepLocal("the rows were equal when offsync came, and this one changed since"));
        }
        return Dissolution.isTakenBack(conflict, made)
                ? Optional.of(new Decision.KeepRemote("the local change was taken back, as a push would see it"))
                : Optional.empty();
    }

    /** Whether there was no row before {@code first}, the row's first operation. */
    private boolean made(SyncedTable table, PendingOperation first) throws SQLException {
        return first.inserted() && !existing.wasThere(table, first.id());
    }

    /** The rule for a conflict that begins with the operation {@code first}. */
    Rule rule(SyncedTable table, Conflict conflict, PendingOperation first) throws SQLException {
        return rules.ruleFor(table.name(), conflict.type(), existing.wins(table, first.id()));
    }

    /** The rule for a conflict of rows that nobody was told to push at init. */
    Rule rule(SyncedTable table, ConflictType type) {
        return rules.ruleFor(table.name(), type);
    }

    Decision decide(Conflict conflict, Rule rule) {
        return settlement.decide(conflict, rule);
    }

    /** What becomes of a conflict where that which {@code rule} wants cannot be carried out. */
    Decision instead(Conflict conflict, Rule rule) {
        return settlement.instead(conflict, rule);
    }

    /** What becomes of an open conflict that has come to nothing; nothing where it is still one. */
    Optional<Decision> dissolution(SyncedTable table, Conflict conflict, Rule rule, PendingOperation first)
            throws SQLException {
        return Dissolution.of(conflict, rule, made(table, first));
    }

    /** The decision with the rule that it comes from before its reason. */
    Decision explained(Decision decision, Rule rule) {
        return decision.after(because(rule));
    }

    /** The rule that a decision comes from, as its reason begins. */
    String because(Rule rule) {
        return "by " + rules.origin(rule) + ", ";
    }
}
