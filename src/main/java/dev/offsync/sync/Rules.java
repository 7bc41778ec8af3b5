package dev.offsync.sync;

import dev.offsync.config.RulesFile;
import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.RuleStore;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Rule;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleDraft;
import dev.offsync.model.RuleList;
import dev.offsync.sync.run.LocalSession;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows and changes the rules by which conflicts are settled. What a rule may say is for the table's own check to tell
 * ({@code sql/local/0002_checks.sql}), so that plain SQL and these commands agree.
 */
public final class Rules {
    /** A change of the rules within a transaction. */
    private interface Change {
        void make(LocalSession session, RuleStore store) throws SQLException;
    }

    private final Settings settings;

    public Rules(Settings settings) {
        this.settings = settings;
    }

    public RuleList list() {
        return LocalSession.read(
                settings,
                "rules list",
                session -> new RuleList(
                        new RuleStore(session.database()).all(),
                        session.settings().conflictResolution()));
    }

    /** Writes one rule in the place of the one for the same table and type. */
    public RuleChanges set(RuleDraft draft) {
        return change("rules set", false, (session, store) -> store.put(resolved(session, draft)));
    }

    /** Takes the rule for a table and a type away; one that is not there needs nothing. */
    public RuleChanges unset(String table, String type) {
        requireType(type);
        return change("rules unset", false, (session, store) -> store.remove(table(session, table), type));
    }

    /** Makes the rules equal to those in a file. */
    public RuleChanges apply(Path file, boolean dryRun) {
        List<RulesFile.Entry> entries = RulesFile.read(file);
        return change("rules apply", dryRun, (session, store) -> {
            var places = new HashMap<Integer, String>();
            for (RulesFile.Entry entry : entries) {
                int id = put(session, store, entry);
                String other = places.put(id, entry.place());
                if (other != null) {
                    throw new OffsyncException(
                            Reason.USAGE,
                            entry.place() + ": the same table and type as in " + other,
                            "keep one rule for each table and type");
                }
            }
            store.keepOnly(places.keySet());
        });
    }

    private static int put(LocalSession session, RuleStore store, RulesFile.Entry entry) throws SQLException {
        try {
            return store.put(resolved(session, entry.rule()));
        } catch (OffsyncException e) {
            throw new OffsyncException(e.reason(), entry.place() + ": " + e.getMessage(), e.hint(), e);
        }
    }

    private RuleChanges change(String command, boolean dryRun, Change change) {
        return LocalSession.read(
                settings, command, session -> session.database().transaction(() -> {
                    var store = new RuleStore(session.database());
                    List<Rule> before = store.all();
                    change.make(session, store);
                    RuleChanges changes = compare(before, store.all(), dryRun);
                    if (dryRun) {
                        session.database().execute("ROLLBACK; BEGIN");
                    }
                    return changes;
                }));
    }

    private static RuleChanges compare(List<Rule> before, List<Rule> after, boolean dryRun) {
        Map<List<String>, Rule> known = new HashMap<>();
        before.forEach(rule -> known.put(List.of(rule.table(), rule.type()), rule));
        var added = new ArrayList<Rule>();
        var changed = new ArrayList<Rule>();
        int unchanged = 0;
        for (Rule rule : after) {
            Rule old = known.remove(List.of(rule.table(), rule.type()));
            if (old == null) {
                added.add(rule);
            } else if (old.equals(rule)) {
                unchanged++;
            } else {
                changed.add(rule);
            }
        }
        var removed = before.stream().filter(known::containsValue).toList();
        return new RuleChanges(added, changed, removed, unchanged, after, dryRun);
    }

    private static void requireType(String type) {
        List<String> types =
                Arrays.stream(ConflictType.values()).map(ConflictType::word).toList();
        if (!type.equals("*") && !types.contains(type)) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "there is no conflict type \"" + type + "\"",
                    "the types are: *, " + String.join(", ", types));
        }
    }

    private static RuleDraft resolved(LocalSession session, RuleDraft draft) throws SQLException {
        return new RuleDraft(
                table(session, draft.table()),
                draft.type(),
                draft.strategy(),
                draft.function(),
                draft.delta(),
                draft.fallback(),
                draft.priority());
    }

    /** The table as the rules spell it. */
    private static String table(LocalSession session, String identifier) throws SQLException {
        return identifier.equals("*")
                ? identifier
                : session.tables(List.of(identifier)).get(0).name().display();
    }
}
