package dev.offsync.conflict;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Open;
import dev.offsync.conflict.Decision.Rekey;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import java.util.Objects;
import java.util.Optional;

/** Settles conflicts by rule. */
public final class Settlement {
    private final CustomFunction functions;

    public Settlement(CustomFunction functions) {
        this.functions = functions;
    }

    /** What {@code rule} makes of {@code conflict}; never throws for what rows or rules hold. */
    public Decision decide(Conflict conflict, Rule rule) {
        if (bothSidesAreTheSame(conflict) && !addsMovements(conflict, rule)) {
            return new KeepRemote("both sides hold the same");
        }
        Decision decision = by(rule.strategy(), conflict, rule);
        if (decision instanceof KeepLocal && conflict.type() == ConflictType.UNIQUE_VIOLATION) {
            return new Open(
                    decision.because() + "; but another row holds its unique value, so a person must change one");
        }
        return decision;
    }

    /** What becomes of {@code conflict} where that which {@code rule} wants cannot be carried out. */
    public Decision instead(Conflict conflict, Rule rule) {
        return fallback(conflict, rule);
    }

    /** The hub would not change: equal in every column of the local row, or deleted on both sides. */
    private static boolean bothSidesAreTheSame(Conflict conflict) {
        return conflict.type().isAboutOneRow() && Dissolution.same(conflict.local(), conflict.remote());
    }

    /** Counters that both sides moved to the same value have still moved twice. */
    private static boolean addsMovements(Conflict conflict, Rule rule) {
        return rule.strategy() == Strategy.MERGE
                && !rule.deltaColumns().isEmpty()
                && conflict.base() != null
                && conflict.local() != null;
    }

    private Decision by(Strategy strategy, Conflict conflict, Rule rule) {
        return switch (strategy) {
            case LWW -> SidePick.later(conflict);
            case VERSION -> SidePick.greaterVersion(conflict);
            case LOCAL_WINS -> new KeepLocal("local_wins: the rule keeps the local row");
            case REMOTE_WINS -> new KeepRemote("remote_wins: the rule keeps the hub's row");
            case MERGE -> merge(conflict, rule);
            case CUSTOM -> custom(conflict, rule);
            case REKEY -> rekey(conflict, rule);
            case MANUAL -> new Open("manual: a person decides");
        };
    }

    private Decision merge(Conflict conflict, Rule rule) {
        Row base = conflict.base();
        Row local = conflict.local();
        Row remote = conflict.remote();
        if (!conflict.type().isAboutOneRow()) {
            return fallback(conflict, rule).after("merge: " + conflict.type().word() + " is not about columns; ");
        }
        if (local == null || remote == null) {
            return fallback(conflict, rule).after("merge: one side is deleted; ");
        }
        if (base == null) {
            return fallback(conflict, rule).after("merge: the base row is unknown; ");
        }
        ThreeWay merge = ThreeWay.merge(base, local, remote, rule.deltaColumns());
        if (merge.contested().isEmpty()) {
            return WrittenRow.decision(conflict, merge.row(), "merge: " + merge.account());
        }
        String both = "merge: both sides changed " + WrittenRow.listed(merge.contested()) + "; ";
        Decision fallback = fallback(conflict, rule).after(both);
        return chosen(fallback, conflict)
                .map(row -> WrittenRow.over(merge.row(), row, merge.contested()))
                .map(row -> WrittenRow.decision(conflict, row, fallback.because()))
                .orElse(fallback);
    }

    private Decision rekey(Conflict conflict, Rule rule) {
        return conflict.type() == ConflictType.INSERT_INSERT && conflict.local() != null && conflict.remote() != null
                ? new Rekey("rekey: two different rows were given one key")
                : fallback(conflict, rule).after("rekey is for two rows of one key; ");
    }

    /** A rule that could fall back on merge again would never end. */
    private Decision fallback(Conflict conflict, Rule rule) {
        return rule.fallback() == rule.strategy()
                ? new Open(rule.strategy().word() + " cannot be its own fallback")
                : by(rule.fallback(), conflict, rule);
    }

    /** The row that {@code decision} is for; nothing where a person decides. */
    private static Optional<Row> chosen(Decision decision, Conflict conflict) {
        if (decision instanceof Write write) {
            return Optional.of(write.row());
        }
        if (decision instanceof Open) {
            return Optional.empty();
        }
        return Optional.ofNullable(decision instanceof KeepLocal ? conflict.local() : conflict.remote());
    }

    private Decision custom(Conflict conflict, Rule rule) {
        String function = rule.customFunction();
        if (function == null) {
            return new Open("custom: the rule names no function");
        }
        try {
            Row row = functions.rowToKeep(function, conflict);
            return row == null
                    ? new Open("custom: " + function + " leaves it to a person")
                    : accepted(conflict, row, "custom: " + function);
        } catch (CustomFunction.Raised raised) {
            return new Open("custom: " + function + " raised: " + Objects.requireNonNullElse(raised.getMessage(), ""));
        }
    }

    /** Columns that the function leaves out, and those the local change was captured without, keep their value. */
    private static Decision accepted(Conflict conflict, Row row, String function) {
        Optional<String> objection = WrittenRow.objection(conflict, row);
        if (objection.isPresent()) {
            return new Open(function + " returned a row that cannot be written: " + objection.get());
        }
        Row written = WrittenRow.over(WrittenRow.ground(conflict), row, WrittenRow.captured(conflict));
        return WrittenRow.decision(conflict, written, function + " returned the row to keep");
    }
}
