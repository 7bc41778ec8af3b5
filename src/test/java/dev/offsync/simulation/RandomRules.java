package dev.offsync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Rules that leave nothing to a person. */
final class RandomRules {
    private static final List<String> EITHER = List.of("lww", "version", "local_wins", "remote_wins");

    /** Those that leave it to their fallback where they do not fit. */
    private static final List<String> ANY = List.of("lww", "version", "local_wins", "remote_wins", "merge", "rekey");

    private RandomRules() {}

    static List<String> of(Random random) {
        var rules = new ArrayList<String>();
        rules.add(
                rule("update_update", chosen(random, List.of("lww", "version", "local_wins", "remote_wins", "merge"))));
        if (random.nextBoolean()) {
            rules.add(rule("customer", "update_update", "merge", "points", chosen(random, EITHER)));
        }
        rules.add(
                rule("update_delete", chosen(random, List.of("lww", "version", "local_wins", "remote_wins", "merge"))));
        rules.add(rule("insert_insert", chosen(random, ANY)));
        // Over a unique value only the hub's row can win by itself.
        rules.add(rule("unique_violation", chosen(random, List.of("remote_wins", "merge"))));
        rules.add(rule("foreign_key", chosen(random, List.of("remote_wins", "local_wins", "lww", "merge"))));
        return List.copyOf(rules);
    }

    private static String rule(String type, String strategy) {
        return rule("*", type, strategy, null, "remote_wins");
    }

    private static String rule(String table, String type, String strategy, @Nullable String delta, String fallback) {
        return "INSERT INTO offsync.conflict_resolution_rules"
                + " (table_name, conflict_type, resolution_strategy, delta_columns, fallback) VALUES ('" + table
                + "', '" + type + "', '" + strategy + "', '{" + (delta == null ? "" : delta) + "}', '" + fallback
                + "')";
    }

    private static String chosen(Random random, List<String> strategies) {
        return strategies.get(random.nextInt(strategies.size()));
    }
}
