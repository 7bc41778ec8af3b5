package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A device with a condition holds the rows that meet it, and what hangs on them. */
@Tag("guarantee-9")
class FilterTest {
    private static final String SCHEMA = """
            CREATE TABLE shop (id integer PRIMARY KEY, region text);
            CREATE TABLE sale (id integer PRIMARY KEY, shop_id integer REFERENCES shop, amount numeric);
            CREATE TABLE line (id integer PRIMARY KEY, sale_id integer REFERENCES sale);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared(SCHEMA);
        a = fleet.a();
        fleet.hub().exec("""
                INSERT INTO shop VALUES (1, 'north'), (2, 'south');
                INSERT INTO sale VALUES (10, 1, 1), (20, 2, 2), (30, NULL, 3);
                INSERT INTO line VALUES (100, 10), (200, 20), (300, 30);
                """);
        a.initWhere(Map.of("shop", "region = 'north'"), "shop", "sale", "line");
        a.pull();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_child_whose_parent_is_outside_is_outside() throws SQLException {
        assertThat(a.rows("SELECT id FROM shop ORDER BY 1")).containsExactly("1");
        assertThat(a.rows("SELECT id FROM sale ORDER BY 1")).containsExactly("10", "30");
        assertThat(a.rows("SELECT id FROM line ORDER BY 1")).containsExactly("100", "300");
    }

    @Test
    void a_row_that_leaves_takes_its_children_along_and_one_that_enters_brings_them() throws SQLException {
        fleet.hub().exec("UPDATE shop SET region = CASE id WHEN 1 THEN 'south' ELSE 'north' END");
        a.pull();
        assertThat(a.rows("SELECT id FROM shop")).containsExactly("2");
        assertThat(a.rows("SELECT id FROM sale ORDER BY 1")).containsExactly("20", "30");
        assertThat(a.rows("SELECT id FROM line ORDER BY 1")).containsExactly("200", "300");
        assertThat(a.pull().pulled()).isZero();
    }

    @Test
    void what_leaves_a_device_stays_on_the_hub() throws SQLException {
        fleet.hub().exec("UPDATE shop SET region = 'south' WHERE id = 1");
        a.sync();
        assertThat(a.operations()).isEmpty();
        assertThat(fleet.onHub("SELECT id FROM shop ORDER BY 1")).containsExactly("1", "2");
        assertThat(fleet.onHub("SELECT count(*) FROM sale")).containsExactly("3");
    }

    @Test
    void a_row_that_the_device_itself_moves_outside_leaves_after_its_push() throws SQLException {
        a.exec("UPDATE shop SET region = 'south' WHERE id = 1");
        a.sync();
        assertThat(a.rows("SELECT id FROM shop")).isEmpty();
        assertThat(fleet.onHub("SELECT region FROM shop WHERE id = 1")).containsExactly("south");
    }

    @Test
    void a_changed_condition_brings_and_takes_rows_at_the_next_pull() throws SQLException {
        a.initWhere(Map.of("shop", "region = 'south'"), "shop");
        a.pull();
        assertThat(a.rows("SELECT id FROM shop")).containsExactly("2");
        assertThat(a.rows("SELECT id FROM sale ORDER BY 1")).containsExactly("20", "30");
    }

    @Test
    void a_condition_with_a_volatile_function_or_a_strangers_column_is_refused() {
        for (String condition : new String[] {"now() > '2020-01-01'", "amount > 1", "EXISTS (SELECT 1)", "region ="}) {
            assertThatThrownBy(() -> a.initWhere(Map.of("shop", condition), "shop"))
                    .isInstanceOfSatisfying(
                            OffsyncException.class, e -> assertThat(e.reason()).isEqualTo(Reason.USAGE));
        }
    }

    @Test
    void a_table_that_references_itself_is_followed_up_to_the_last_row() throws SQLException {
        String tree = "CREATE TABLE place (id integer PRIMARY KEY, region text, within integer REFERENCES place)";
        fleet.hub().exec(tree + """
                ; INSERT INTO place VALUES (1, 'north', NULL), (2, 'south', NULL), (11, 'north', 1), (21, 'north', 2),
                  (111, 'north', 11), (211, 'north', 21), (5, 'north', 5), (6, 'north', NULL), (7, 'north', 6);
                  UPDATE place SET within = 7 WHERE id = 6""");
        a.exec(tree);
        a.initWhere(Map.of("place", "region = 'north'"), "place");
        String places = "SELECT id FROM place ORDER BY 1";
        a.pull();
        assertThat(a.rows(places)).containsExactly("1", "5", "6", "7", "11", "111");
        assertThat(a.pull().pulled()).isZero();

        fleet.hub().exec("UPDATE place SET region = 'north' WHERE id = 2");
        a.pull();
        assertThat(a.rows(places)).containsExactly("1", "2", "5", "6", "7", "11", "21", "111", "211");
        fleet.hub().exec("UPDATE place SET region = 'south' WHERE id IN (1, 7)");
        a.pull();
        assertThat(a.rows(places)).containsExactly("2", "5", "21", "211");
        fleet.hub().exec("UPDATE place SET within = 1 WHERE id = 21");
        a.sync();
        assertThat(a.rows(places)).containsExactly("2", "5");
        assertThat(a.pull().pulled()).isZero();
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void a_row_moves_from_one_device_to_another_with_its_children_and_what_waits_on_them() throws SQLException {
        Device b = fleet.b();
        b.initWhere(Map.of("shop", "region = 'south'"), "shop", "sale", "line");
        b.pull();
        a.exec("INSERT INTO line VALUES (101, 10)");
        fleet.hub().exec("UPDATE shop SET region = 'south' WHERE id = 1");
        a.sync();
        a.sync();
        b.sync();
        assertThat(a.rows("SELECT id FROM sale ORDER BY 1")).containsExactly("30");
        assertThat(a.rows("SELECT id FROM line ORDER BY 1")).containsExactly("300");
        assertThat(b.rows("SELECT id FROM sale ORDER BY 1")).containsExactly("10", "20", "30");
        assertThat(b.rows("SELECT id FROM line ORDER BY 1")).containsExactly("100", "101", "200", "300");
        fleet.hub().exec("UPDATE sale SET shop_id = 1 WHERE id = 30");
        a.sync();
        b.sync();
        assertThat(a.rows("SELECT id FROM sale")).isEmpty();
        assertThat(b.rows("SELECT count(*) FROM line")).containsExactly("4");
        assertThat(a.verify().exitCode()).isZero();
        assertThat(b.verify().exitCode()).isZero();
    }
}
