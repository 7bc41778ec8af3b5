package dev.offsync.engine;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Use;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A deletion runs into a row of the hub that references it, and that the device changed, too: each is decided by its own rule. */
@Tag("guarantee-10")
@Tag("guarantee-12")
class ParentDeletionTest {
    private static final String FAMILY = """
            CREATE TABLE orders (id integer PRIMARY KEY);
            CREATE TABLE line (id integer PRIMARY KEY, note text, orders_id integer REFERENCES orders ON UPDATE CASCADE);
            CREATE TABLE part (id integer PRIMARY KEY, line_id integer REFERENCES line);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                """
                CREATE TABLE orders (id integer PRIMARY KEY);
                CREATE TABLE line (id integer PRIMARY KEY, orders_id integer REFERENCES orders, note text);
                """, "INSERT INTO orders VALUES (1); INSERT INTO line VALUES (10, 1, 'first')", "orders", "line");
        a = fleet.a();
        fleet.hub().exec("UPDATE line SET note = 'changed on the hub'");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    /** An order with a line, which the hub changed meanwhile, and with a part of that. */
    private static Fleet family() throws SQLException {
        Fleet deep = Fleet.inStep(
                FAMILY,
                "INSERT INTO orders VALUES (1); INSERT INTO line VALUES (10, 'first', 1); INSERT INTO part VALUES (100, 10)",
                "orders",
                "line",
                "part");
        deep.hub().exec("UPDATE line SET note = 'changed on the hub'");
        deep.a().rule("update_update", "remote_wins");
        return deep;
    }

    private void rules(String aboutTheLine, String aboutTheOrder) throws SQLException {
        a.exec(
                "INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                        + " VALUES ('line', 'update_update', ?), ('line', 'update_delete', ?), ('orders', 'foreign_key', ?)",
                aboutTheLine,
                aboutTheLine,
                aboutTheOrder);
    }

    private void deleteBoth() throws SQLException {
        a.exec("BEGIN; DELETE FROM line; DELETE FROM orders; COMMIT");
    }

    private void giveTheLineAnotherOrder() throws SQLException {
        a.exec(
                "BEGIN; INSERT INTO orders VALUES (2); UPDATE line SET orders_id = 2; DELETE FROM orders WHERE id = 1; COMMIT");
    }

    private void assertInStep(List<Integer> orders, List<String> lines) throws SQLException {
        fleet.settle();
        for (var database : List.of(fleet.hub(), a.database(), fleet.b().database())) {
            assertThat(database.rows("SELECT id FROM orders ORDER BY id"))
                    .isEqualTo(orders.stream().map(String::valueOf).toList());
            assertThat(database.rows("SELECT * FROM line")).isEqualTo(lines);
        }
        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT * FROM offsync.unfinished")).isEmpty();
    }

    private ConflictEntry about(String table) {
        assertThat(a.conflicts().stream().filter(c -> c.table().equals(table))).hasSize(1);
        return a.conflicts().stream()
                .filter(c -> c.table().equals(table))
                .findFirst()
                .orElseThrow();
    }

    private void decide(String table, Use use) {
        var any = new ConflictFilter(null, null, false);
        a.resolve(new ResolveOptions(List.of(about(table).id()), any, use, Map.of(), null, false));
    }

    @Test
    void a_child_whose_deletion_stands_does_not_come_back_with_its_parent() throws SQLException {
        rules("local_wins", "remote_wins");
        deleteBoth();
        a.push();
        assertThat(about("line").resolution()).isEqualTo("local");
        assertThat(about("orders").resolution()).isEqualTo("remote");

        assertInStep(List.of(1), List.of());
    }

    @Test
    void a_child_that_has_another_parent_by_now_does_not_go_with_the_old_one() throws SQLException {
        rules("local_wins", "local_wins");
        giveTheLineAnotherOrder();
        a.push();
        assertThat(about("line").resolution()).isEqualTo("local");

        assertInStep(List.of(2), List.of("10|2|first"));
    }

    @Test
    void what_refers_to_a_child_that_goes_with_its_parent_goes_too() throws SQLException {
        try (Fleet deep = family()) {
            deep.a().rule("foreign_key", "local_wins");
            deep.a().exec("UPDATE orders SET id = 5");
            deep.settle();

            for (var database :
                    List.of(deep.hub(), deep.a().database(), deep.b().database())) {
                assertThat(database.rows("SELECT id FROM orders")).containsExactly("5");
                assertThat(database.rows("SELECT id FROM line UNION ALL SELECT id FROM part"))
                        .isEmpty();
            }
            assertThat(deep.a().conflicts()).hasSizeLessThan(10).allMatch(ConflictEntry::resolved);
        }
    }

    @Test
    void a_person_takes_the_whole_family_away_level_by_level() throws SQLException {
        try (Fleet deep = family()) {
            deep.a().exec("BEGIN; UPDATE line SET orders_id = NULL; DELETE FROM orders; COMMIT");
            for (int level = 0; level < 3; level++) {
                deep.a().sync();
                deep.a().resolve(Use.LOCAL);
            }
            deep.settle();

            for (var database :
                    List.of(deep.hub(), deep.a().database(), deep.b().database())) {
                assertThat(database.rows(
                                "SELECT id FROM orders UNION ALL SELECT id FROM line UNION ALL SELECT id FROM part"))
                        .isEmpty();
            }
            assertThat(deep.a().conflicts()).allMatch(ConflictEntry::resolved);
            assertThat(deep.a().rows("SELECT * FROM offsync.wanted")).isEmpty();
        }
    }

    @Test
    void a_deletion_waits_for_the_person_who_decides_about_the_child() throws SQLException {
        rules("manual", "local_wins");
        deleteBoth();
        a.sync();
        assertThat(about("line").resolved()).isFalse();
        assertThat(about("orders").resolved()).isFalse();
        assertThat(about("orders").message()).contains("the change of line 10 waits itself");
        decide("line", Use.LOCAL);

        assertInStep(List.of(), List.of());
        assertThat(about("orders").resolution()).isEqualTo("dissolved");
    }

    @Test
    void a_deletion_that_waited_for_a_person_goes_on_by_its_rule() throws SQLException {
        rules("manual", "local_wins");
        deleteBoth();
        a.sync();
        decide("line", Use.REMOTE);

        assertInStep(List.of(), List.of());
        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
    }

    @Test
    void a_person_who_keeps_the_child_may_have_its_parent_back() throws SQLException {
        rules("manual", "manual");
        deleteBoth();
        a.sync();
        decide("line", Use.REMOTE);
        decide("orders", Use.REMOTE);

        assertInStep(List.of(1), List.of("10|1|changed on the hub"));
    }

    /** The merged line would refer to an order that is gone here, whose deletion waits for the line. */
    @ParameterizedTest
    @CsvSource(nullValues = "none", textBlock = """
            remote_wins, none
            local_wins,  10|1|mine
            """)
    void a_child_that_no_merge_fits_is_decided_by_the_fallback(String fallback, @Nullable String line)
            throws SQLException {
        fleet.hub().exec("INSERT INTO orders VALUES (2)");
        fleet.settle();
        a.exec(
                "INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy, fallback)"
                        + " VALUES ('line', 'update_update', 'merge', '" + fallback + "'),"
                        + " ('orders', 'foreign_key', 'local_wins', 'manual')");
        fleet.hub().exec("UPDATE line SET orders_id = 2");
        a.exec("DELETE FROM orders WHERE id = 2; UPDATE line SET note = 'mine'");

        assertInStep(List.of(1), line == null ? List.of() : List.of(line));
        assertThat(a.conflicts()).hasSizeGreaterThan(1).allMatch(ConflictEntry::resolved);
        assertThat(a.conflicts())
                .filteredOn(conflict -> conflict.type().equals("update_update"))
                .singleElement()
                .extracting(ConflictEntry::message, as(InstanceOfAssertFactories.STRING))
                .contains("that row cannot be written", "the row of orders that it references is not here", fallback);
    }
}
