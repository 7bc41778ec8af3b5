package dev.offsync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Rules of every strategy. Those of some histories leave types of conflicts to a person; all others leave nothing to one.
 */
final class RandomRules {
    /** What the strategy custom calls: the row of one side, or the hub's with a value of the device's in it. */
    static final String FUNCTION = """
            CREATE FUNCTION public.choose(local jsonb, remote jsonb, base jsonb) RETURNS jsonb LANGUAGE sql AS $$
                SELECT CASE WHEN local IS NULL THEN remote
                            WHEN remote IS NULL THEN local
                            WHEN length(local ->> 'note') > 4 THEN local
                            WHEN local ->> 'note' > remote ->> 'note' THEN remote || jsonb_build_object('note', local -> 'note')
                            ELSE remote END
            $$;
            """;

    private static final List<String> EITHER = List.of("lww", "version", "local_wins", "remote_wins");

    private final Random random;
    private final boolean person;

    private RandomRules(Random random) {
        this.random = random;
        this.person = random.nextInt(3) == 0;
    }

    static List<String> of(Random random) {
        return new RandomRules(random).rules();
    }

    private List<String> rules() {
        var rules = new ArrayList<String>();
        // Where a strategy does not fit, it leaves the conflict to its fallback.
        rules.add(oneOf("update_update", "lww", "version", "local_wins", "remote_wins", "merge", "custom"));
        if (random.nextBoolean()) {
            rules.add(rule("customer", "update_update", "merge", "points", chosen(EITHER)));
        }
        rules.add(rule("counter", "update_update", "merge", "points", "manual"));
        rules.add(oneOf("update_delete", "lww", "version", "local_wins", "remote_wins", "merge", "custom"));
        rules.add(oneOf("insert_insert", "lww", "version", "local_wins", "remote_wins", "merge", "rekey", "custom"));
        // Over a unique value only the hub's row can win by itself.
        rules.add(oneOf("unique_violation", "remote_wins", "merge"));
        rules.add(oneOf("foreign_key", "remote_wins", "local_wins", "lww", "merge"));
        return List.copyOf(rules);
    }

    private String oneOf(String type, String... strategies) {
        String strategy = person && random.nextInt(3) == 0 ? "manual" : chosen(List.of(strategies));
        return rule("*", type, strategy, null, "remote_wins");
    }

    private static String rule(String table, String type, String strategy, @Nullable String delta, String fallback) {
        return "INSERT INTO offsync.conflict_resolution_rules"
                + " (table_name, conflict_type, resolution_strategy, delta_columns, fallback, custom_function) VALUES ('"
                + table + "', '" + type + "', '" + strategy + "', '{" + (delta == null ? "" : delta) + "}', '"
                + fallback
                + "', " + (strategy.equals("custom") ? "'public.choose'" : "NULL") + ")";
    }

    private String chosen(List<String> strategies) {
        return strategies.get(random.nextInt(strategies.size()));
    }
}
