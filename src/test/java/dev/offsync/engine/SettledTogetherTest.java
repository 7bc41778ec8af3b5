package dev.offsync.engine;

import static dev.offsync.engine.InterferenceTest.awaitBlocked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.engine.RowConflicts.By;
import dev.offsync.model.PushResult;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Many rows in conflict at once are settled by a few statements for all, and each as it would be alone.
 *
 * <p>{@code -Dtogether.seed=N} makes other histories.
 */
@Tag("guarantee-11")
class SettledTogetherTest {
    private static final long SEED = Long.getLong("together.seed", 1);
    private static final int ROWS = 48;
    private static final int GROUP = 6;

    private static final String SCHEMA = """
            CREATE TABLE shelf (id integer PRIMARY KEY, label text);
            CREATE TABLE item (
                id    integer,
                part  uuid DEFAULT '00000000-0000-0000-0000-000000000001',
                name  text UNIQUE,
                left_ integer CHECK (left_ < 1000),
                shelf integer REFERENCES shelf,
                "odd "" name" text,
                twice integer GENERATED ALWAYS AS (left_ * 2) STORED,
                version bigint, sync_status text, sync_timestamp timestamptz,
                PRIMARY KEY (id, part)
            );
            """;

    private static final String ITEMS = "SELECT id, name, left_, shelf, \"odd \"\" name\" FROM item ORDER BY id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = fleet();
        a = fleet.a();
    }

    private static Fleet fleet() throws SQLException {
        return Fleet.inStep(SCHEMA, """
                INSERT INTO shelf SELECT n, 'shelf ' || n FROM generate_series(1, 3) AS n;
                INSERT INTO item (id, name, left_, shelf)
                SELECT n, 'name ' || n, n, 1 FROM generate_series(1, %d) AS n
                """.formatted(ROWS), "shelf", "item");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private static void rule(Device device, String type, String strategy) throws SQLException {
        device.exec("""
                INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy, delta_columns, fallback)
                VALUES ('*', '%s', '%s', '%s', 'local_wins')
                """.formatted(type, strategy, strategy.equals("merge") ? "{left_}" : "{}"));
    }

    /** Whatever looks at a row in conflict alone fails from now on. */
    private void barOneByOne() throws SQLException {
        a.exec("ALTER FUNCTION offsync.base_version(integer, text, boolean) RENAME TO barred");
    }

    @ParameterizedTest
    @EnumSource
    void rows_that_a_rule_settles_are_not_looked_at_one_by_one(By by) throws SQLException {
        rule(a, "*", "merge");
        fleet.hub().exec("UPDATE item SET name = 'hub ' || id, left_ = left_ + 10");
        a.exec("UPDATE item SET left_ = left_ + 1, shelf = 2");
        barOneByOne();
        by.run(a);
        a.push();

        assertThat(fleet.onHub(ITEMS)).isEqualTo(a.rows(ITEMS)).contains("7|hub 7|18|2|∅");
        assertThat(a.rows("SELECT resolution, base_data ->> 'left_', resolved_data ->> 'left_', strategy"
                        + " FROM offsync.conflict_log WHERE record_id::jsonb ->> 0 = '7'"))
                .containsExactly("merged|7|18|merge");
        assertThat(a.rows("SELECT DISTINCT sync_status FROM item")).containsExactly("synced");
        assertThat(a.scalar("SELECT count(*) FROM offsync.conflict_log WHERE resolved"))
                .isEqualTo(String.valueOf(ROWS));
        assertThat(a.scalar("SELECT count(*) FROM offsync.unfinished")).isEqualTo("0");
    }

    @ParameterizedTest
    @EnumSource
    void rows_that_wait_for_a_person_are_not_looked_at_one_by_one(By by) throws SQLException {
        rule(a, "*", "manual");
        fleet.hub().exec("UPDATE item SET name = 'hub ' || id");
        a.exec("UPDATE item SET name = 'mine ' || id WHERE id > 1; DELETE FROM item WHERE id = 1");
        barOneByOne();
        by.run(a);

        assertThat(a.rows("SELECT conflict_type, count(*), min(local_version), min(remote_version)"
                        + " FROM offsync.conflict_log WHERE NOT resolved GROUP BY 1 ORDER BY 1"))
                .containsExactly("update_delete|1|2|2", "update_update|" + (ROWS - 1) + "|2|2");
        assertThat(a.rows("SELECT DISTINCT status FROM offsync.operation_queue WHERE status <> 'completed'"))
                .containsExactly("conflict");
        assertThat(a.rows("SELECT DISTINCT sync_status, version FROM item")).containsExactly("conflict|2");
    }

    @ParameterizedTest
    @EnumSource
    void each_ends_as_it_would_have_alone(By by) throws SQLException {
        for (int history = 0; history < 3; history++) {
            long seed = SEED * 31 + history;
            var random = new Random(seed);
            List<Edits> groups = IntStream.range(0, ROWS / GROUP)
                    .mapToObj(group -> Edits.of(random, group * GROUP + 1))
                    .toList();
            var chosen = new LinkedHashMap<String, String>();
            chosen.put(
                    "update_update", anyOf(random, "lww", "version", "local_wins", "remote_wins", "merge", "manual"));
            chosen.put("update_delete", anyOf(random, "lww", "version", "local_wins", "remote_wins"));
            chosen.put("insert_insert", anyOf(random, "lww", "version", "local_wins", "remote_wins", "manual"));
            try (Fleet together = fleet();
                    Fleet alone = fleet()) {
                for (Map.Entry<String, String> rule : chosen.entrySet()) {
                    rule(together.a(), rule.getKey(), rule.getValue());
                    rule(alone.a(), rule.getKey(), rule.getValue());
                }
                together.hub().exec(all(groups.stream().map(Edits::onHub).toList()));
                together.a().exec(all(groups.stream().map(Edits::onDevice).toList()));
                by.run(together.a());
                for (Edits edits : groups) {
                    alone.hub().exec(all(List.of(edits.onHub())));
                    alone.a().exec(all(List.of(edits.onDevice())));
                    by.run(alone.a());
                }
                String where = "seed " + seed + ", " + chosen + ", " + groups;
                assertThat(state(together)).as(where).isEqualTo(state(alone));
                together.a().sync();
                alone.a().sync();
                assertThat(state(together)).as(where).isEqualTo(state(alone));
            }
        }
    }

    private static String anyOf(Random random, String... words) {
        return words[random.nextInt(words.length)];
    }

    private static String all(List<List<String>> statements) {
        var all = new ArrayList<String>();
        statements.forEach(all::addAll);
        return String.join(";\n", all);
    }

    private static List<String> state(Fleet fleet) throws SQLException {
        var state = new ArrayList<String>();
        state.addAll(fleet.onHub(ITEMS));
        state.add("--");
        state.addAll(fleet.onHub("SELECT k1, version, deleted FROM offsync.row_2 ORDER BY k1"));
        state.add("--");
        state.addAll(fleet.a().rows(ITEMS.replace(" FROM", ", sync_status, version FROM")));
        state.add("--");
        state.addAll(fleet.a().rows("SELECT k1, version FROM offsync.row_2 WHERE version <> 1 ORDER BY k1"));
        state.add("--");
        state.addAll(fleet.a().rows("""
                SELECT record_id, conflict_type, base_data, local_data, remote_data, local_version, remote_version, strategy,
                       resolution, resolved_data, resolved, resolved_by,
                       regexp_replace(message, '\\d+-\\d+-\\d+T[^ ,;]+|\\d+ ms|[\\d.]+ (s|ms)\\M', 'TIME', 'g')
                FROM offsync.conflict_log ORDER BY record_id, conflict_type
                """));
        state.add("--");
        state.addAll(fleet.a().rows("SELECT key, operation, state FROM offsync.unfinished AS u ORDER BY key, u.id"));
        return state;
    }

    /** What happens to a few rows on both sides. */
    private record Edits(List<String> onHub, List<String> onDevice) {
        static Edits of(Random random, int first) {
            var onHub = new ArrayList<String>();
            var onDevice = new ArrayList<String>();
            for (int id = first; id < first + GROUP; id++) {
                if (random.nextInt(8) > 0) {
                    onHub.add(edit(random, "h", id, first));
                }
                for (int i = random.nextInt(3); i >= 0; i--) {
                    onDevice.add(edit(random, "d" + i, id, first));
                }
                if (random.nextInt(4) == 0) {
                    onHub.add(
                            "INSERT INTO item (id, name, left_) VALUES (" + (1000 + id) + ", 'new ' || " + id + ", 1)");
                    onDevice.add("INSERT INTO item (id, name, left_) VALUES (" + (1000 + id) + ", '"
                            + (random.nextBoolean() ? "new " : "newer ") + id + "', " + random.nextInt(3) + ")");
                }
            }
            return new Edits(onHub, onDevice);
        }

        private static String edit(Random random, String by, int id, int first) {
            String where = " WHERE id = " + id;
            return switch (random.nextInt(7)) {
                case 0 -> "UPDATE item SET name = '" + by + " " + id + "'" + where;
                case 1 -> "UPDATE item SET left_ = left_ + " + (1 + random.nextInt(3)) + where;
                case 2 -> "UPDATE item SET shelf = " + (1 + random.nextInt(3)) + where;
                case 3 ->
                    "UPDATE item SET \"odd \"\" name\" = '" + by + ", \\ (" + id + where.replace(" WHERE", "' WHERE");
                case 4 -> "DELETE FROM item" + where;
                // A counter that both sides raise so far breaks the CHECK where they are added.
                case 5 -> "UPDATE item SET left_ = 600" + where;
                default ->
                    "UPDATE item SET name = 'shared " + first + "' WHERE id = " + id
                            + " AND NOT EXISTS (SELECT FROM item WHERE name = 'shared " + first + "')";
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_stands_against_one_row_holds_back_that_one_alone(By by) throws SQLException {
        rule(a, "*", "merge");
        fleet.hub().exec("UPDATE item SET left_ = left_ + 1, name = name || '!'");
        fleet.hub().exec("UPDATE item SET left_ = 700 WHERE id = 20");
        a.exec("UPDATE item SET left_ = left_ + 1; UPDATE item SET left_ = 800 WHERE id = 20");
        by.run(a);
        a.push();

        assertThat(a.rows("SELECT record_id::jsonb ->> 0, resolved FROM offsync.conflict_log WHERE NOT resolved"))
                .containsExactly("20|f");
        assertThat(a.scalar("SELECT message FROM offsync.conflict_log WHERE NOT resolved"))
                .contains("that row cannot be written")
                .contains("item_left__check");
        assertThat(a.scalar("SELECT count(*) FROM offsync.conflict_log WHERE resolution = 'merged'"))
                .isEqualTo(String.valueOf(ROWS - 1));
        String others = "SELECT id, name, left_ FROM item WHERE id <> 20 ORDER BY id";
        assertThat(fleet.onHub(others)).isEqualTo(a.rows(others)).contains("21|name 21!|23");
    }

    @Test
    @Tag("guarantee-12")
    void a_row_that_comes_again_while_others_are_awaited_loses_nothing() throws SQLException {
        rule(a, "*", "remote_wins");
        fleet.hub().exec("UPDATE item SET name = 'hub ' || id; UPDATE shelf SET label = 'hub ' || id");
        a.exec("UPDATE item SET name = 'mine ' || id WHERE id > 1; DELETE FROM item WHERE id = 1;"
                + " UPDATE shelf SET label = 'mine ' || id");
        CompletableFuture<PushResult> push;
        try (Sql application = a.open()) {
            application.exec("BEGIN; SELECT FROM item WHERE id = 48 FOR UPDATE");
            push = CompletableFuture.supplyAsync(a::push);
            awaitBlocked(a.database());
            a.exec("INSERT INTO item (id, name, left_) VALUES (1, 'again', 5)");
            application.exec("ROLLBACK");
        }
        push.join();
        fleet.settle();
        assertThat(fleet.onHub(ITEMS))
                .isEqualTo(a.rows(ITEMS))
                .isEqualTo(fleet.b().rows(ITEMS));
        assertThat(a.scalar("SELECT count(*) FROM offsync.unfinished")).isEqualTo("0");
        // What was made here is on both sides, or in the log.
        assertThat(a.rows("SELECT name FROM item WHERE id = 1 UNION ALL SELECT local_data ->> 'name' FROM"
                        + " offsync.conflict_log WHERE record_id::jsonb ->> 0 = '1'"))
                .contains("again");
    }
}
