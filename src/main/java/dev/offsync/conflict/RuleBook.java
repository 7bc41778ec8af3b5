package dev.offsync.conflict;

import dev.offsync.model.ConflictType;
import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import dev.offsync.model.TableName;
import java.util.Comparator;
import java.util.List;

/** The rules of a device, and what holds where no rule speaks. */
public final class RuleBook {
    private static final String ANY = "*";

    private static final Comparator<Rule> STRONGEST_FIRST = Comparator.comparingInt(Rule::priority)
            .thenComparing(rule -> !rule.table().equals(ANY))
            .thenComparing(rule -> !rule.type().equals(ANY))
            .reversed();

    /** Rows that init was told to push win over the hub's. */
    private static final Rule PUSHED_AT_INIT = new Rule(
            ANY,
            ConflictType.INSERT_INSERT.word(),
            Strategy.LOCAL_WINS,
            null,
            List.of(),
            Strategy.MANUAL,
            Integer.MAX_VALUE);

    private final List<Rule> strongestFirst;
    private final Strategy updateUpdateDefault;

    /** {@code updateUpdateDefault} is the setting conflict_resolution; other types without a rule wait for a person. */
    public RuleBook(List<Rule> rules, Strategy updateUpdateDefault) {
        this.strongestFirst = rules.stream().sorted(STRONGEST_FIRST).toList();
        this.updateUpdateDefault = updateUpdateDefault;
    }

    /** The rule of highest priority; at equal priority a named table beats "*", then a named type beats "*". */
    public Rule ruleFor(TableName table, ConflictType type) {
        return strongestFirst.stream()
                .filter(rule -> names(rule, table) && names(rule, type))
                .findFirst()
                .orElseGet(() -> unwritten(type));
    }

    /** As {@link #ruleFor(TableName, ConflictType)}, but a row that was {@code pushedAtInit} wins over one with its key. */
    public Rule ruleFor(TableName table, ConflictType type, boolean pushedAtInit) {
        return pushedAtInit && type == ConflictType.INSERT_INSERT ? PUSHED_AT_INIT : ruleFor(table, type);
    }

    /** Where {@code rule}, which {@link #ruleFor} gave, is written down. */
    public String origin(Rule rule) {
        if (rule.equals(PUSHED_AT_INIT)) {
            return "init --existing push";
        }
        if (strongestFirst.contains(rule)) {
            return "the rule for table " + rule.table() + " and type " + rule.type();
        }
        return rule.type().equals(ConflictType.UPDATE_UPDATE.word())
                ? "the setting conflict_resolution"
                : "the default for " + rule.type();
    }

    private static boolean names(Rule rule, TableName table) {
        return rule.table().equals(ANY)
                || rule.table().equals(table.display())
                || (table.schema().equals("public") && rule.table().equals("public." + table.display()));
    }

    private static boolean names(Rule rule, ConflictType type) {
        return rule.type().equals(ANY) || rule.type().equals(type.word());
    }

    private Rule unwritten(ConflictType type) {
        Strategy strategy = type == ConflictType.UPDATE_UPDATE ? updateUpdateDefault : Strategy.MANUAL;
        return new Rule(ANY, type.word(), strategy, null, List.of(), Strategy.MANUAL, 0);
    }
}
