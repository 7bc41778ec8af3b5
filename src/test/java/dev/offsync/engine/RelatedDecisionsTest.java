package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.error.OffsyncException;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Use;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows that refer to each other are changed on the hub and on both devices, under rules and by a person who decide at
 * random. Narrower than the simulation, and so nearer to decisions that rest on each other.
 */
@Tag("guarantee-12")
@Tag("guarantee-13")
class RelatedDecisionsTest {
    private static final int HISTORIES = Integer.getInteger("decisions.histories", 12);
    private static final long FIRST = Long.getLong("decisions.seed", 1000);
    private static final int MOST_CONFLICTS = 40;
    private static final int MOST_TURNS = 12;
    private static final List<String> ON_DELETE = List.of("", "ON DELETE CASCADE", "ON DELETE SET NULL");
    private static final List<String> TYPES =
            List.of("update_update", "update_delete", "insert_insert", "unique_violation", "foreign_key");
    private static final List<String> STRATEGIES =
            List.of("local_wins", "remote_wins", "manual", "lww", "rekey", "merge", "");
    private static final String ROWS =
            "SELECT 'order', id, code FROM orders UNION ALL SELECT 'line', id, orders_id || note FROM line ORDER BY 1, 2";
    private static final String LEFT = """
            SELECT (SELECT count(*) FROM offsync.conflict_log WHERE NOT resolved) AS open,
                   (SELECT count(*) FROM offsync.unfinished) AS unfinished,
                   (SELECT count(*) FROM offsync.wanted) AS wanted
            """;

    /** What one of {@code who} may do; a statement that its database refuses has not happened. */
    private static List<String> changes(String who) {
        return List.of(
                "DELETE FROM line WHERE id = 1",
                "DELETE FROM line WHERE id = 2",
                "DELETE FROM line WHERE orders_id = 1; DELETE FROM orders WHERE id = 1",
                "DELETE FROM orders WHERE id = 1",
                "DELETE FROM orders WHERE id = 2",
                "UPDATE line SET orders_id = 2 WHERE id = 1",
                "UPDATE line SET orders_id = NULL WHERE id = 2",
                "INSERT INTO orders VALUES (5, '" + who + "'); INSERT INTO line VALUES (5, 5, '" + who + "')",
                "INSERT INTO orders VALUES (" + (who.equals("a") ? 6 : 7) + ", 'same')",
                "UPDATE orders SET code = '" + who + "' WHERE id = 1",
                "UPDATE orders SET code = 'same' WHERE id = 2",
                "UPDATE orders SET id = 9 WHERE id = 2",
                "UPDATE line SET id = 8 WHERE id = 1",
                "INSERT INTO line VALUES (" + (who.equals("a") ? 16 : 17) + ", 2, '" + who + "')",
                "INSERT INTO line VALUES (18, 1, '" + who + "')",
                "UPDATE orders SET code = 'tmp' WHERE id = 1; UPDATE orders SET code = 'one' WHERE id = 2;"
                        + " UPDATE orders SET code = 'two' WHERE id = 1",
                "DELETE FROM line WHERE id = 1; INSERT INTO line VALUES (1, 2, 'again " + who + "')",
                "UPDATE line SET note = '" + who + "'",
                "UPDATE line SET note = '" + who + "' WHERE id = 1",
                "INSERT INTO orders VALUES (3, 'three " + who + "'); UPDATE line SET orders_id = 3 WHERE id = 1;"
                        + " DELETE FROM orders WHERE id = 1");
    }

    private final List<String> told = new ArrayList<>();

    /** Those that were red once, and others. */
    static LongStream seeds() {
        return LongStream.concat(
                LongStream.of(49, 334, 342, 1056, 1500, 1600), LongStream.range(FIRST, FIRST + HISTORIES));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everybody_ends_equal_after_few_conflicts(long seed) throws SQLException {
        var random = new Random(seed * 7919);
        String onDelete = ON_DELETE.get(random.nextInt(3));
        try (Fleet fleet = Fleet.inStep("""
                CREATE TABLE orders (id integer PRIMARY KEY, code text UNIQUE);
                CREATE TABLE line (id integer PRIMARY KEY,
                                   orders_id integer REFERENCES orders %s ON UPDATE CASCADE, note text);
                """.formatted(onDelete), """
                INSERT INTO orders VALUES (1, 'one'), (2, 'two');
                INSERT INTO line VALUES (1, 1, 'l1'), (2, 1, 'l2'), (3, 2, 'l3')
                """, "orders", "line")) {
            rules(fleet, random);
            live(fleet, random);
            fleet.settle();
            decide(fleet, random);
            fleet.settle();
            for (Device device : List.of(fleet.a(), fleet.b())) {
                assertThat(device.rows(ROWS)).as("%s %s", onDelete, told).isEqualTo(fleet.onHub(ROWS));
                assertThat(device.rows(LEFT)).as("%s %s", onDelete, told).containsExactly("0|0|0");
                assertThat(device.conflicts()).as("%s %s", onDelete, told).hasSizeLessThan(MOST_CONFLICTS);
            }
        }
    }

    private void rules(Fleet fleet, Random random) throws SQLException {
        for (Device device : List.of(fleet.a(), fleet.b())) {
            for (String type : TYPES) {
                String strategy = STRATEGIES.get(random.nextInt(STRATEGIES.size()));
                if (strategy.equals("rekey") && !type.equals("insert_insert")) {
                    strategy = "manual";
                }
                if (!strategy.isEmpty()) {
                    told.add(device.name() + ": " + type + " " + strategy);
                    device.rule(type, strategy);
                }
            }
        }
    }

    private void live(Fleet fleet, Random random) {
        boolean bToo = random.nextBoolean();
        for (int round = 0; round < 1 + random.nextInt(2); round++) {
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                change("hub", fleet.hub(), random);
            }
            for (int i = 0; bToo && i < 1 + random.nextInt(2); i++) {
                change("b", fleet.b().database(), random);
            }
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                change("a", fleet.a().database(), random);
            }
            switch (random.nextInt(4)) {
                case 0 -> fleet.a().push();
                case 1 -> fleet.a().pull();
                case 2 -> fleet.a().sync();
                default -> {
                    fleet.b().sync();
                    fleet.a().push();
                }
            }
        }
    }

    private void change(String who, TestDatabase database, Random random) {
        String change = changes(who).get(random.nextInt(20));
        try {
            database.exec("BEGIN; " + change + "; COMMIT");
            told.add(who + ": " + change);
        } catch (SQLException refused) {
            told.add(who + " could not: " + change);
        }
    }

    /** One conflict after the other, each device syncing in between. What cannot be decided as wished comes again. */
    private void decide(Fleet fleet, Random random) {
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            boolean any = false;
            for (Device device : List.of(fleet.a(), fleet.b())) {
                Optional<ConflictEntry> open =
                        device.conflicts().stream().filter(c -> !c.resolved()).findFirst();
                if (open.isPresent()) {
                    any = true;
                    Use use = random.nextBoolean() ? Use.LOCAL : Use.REMOTE;
                    if (!decide(device, open.get(), use) && turn > MOST_TURNS / 2) {
                        decide(device, open.get(), use == Use.LOCAL ? Use.REMOTE : Use.LOCAL);
                    }
                }
            }
            if (!any) {
                return;
            }
            fleet.settle();
        }
    }

    private boolean decide(Device device, ConflictEntry conflict, Use use) {
        String what = device.name() + ": " + conflict.type() + " of " + conflict.table() + " " + conflict.recordId()
                + " " + use;
        try {
            device.resolve(new ResolveOptions(
                    List.of(conflict.id()), new ConflictFilter(null, null, false), use, Map.of(), null, false));
            told.add(what);
            return true;
        } catch (OffsyncException refused) {
            told.add(what + " refused: " + refused.getMessage());
            return false;
        }
    }
}
