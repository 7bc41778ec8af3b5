package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.SyncResult;
import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Local constraints hold after a pull, although its rows are written with the constraints' triggers off. */
@Tag("guarantee-8")
class PullConstraintsTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, code text UNIQUE, name text);
            CREATE UNIQUE INDEX item_name ON item (lower(name)) WHERE id < 1000;
            CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item, up integer REFERENCES part);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                SCHEMA, "INSERT INTO item VALUES (1, 'A', 'one'), (2, 'B', 'two'), (3, 'C', 'three')", "item", "part");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void values_of_a_unique_column_that_moved_between_rows_arrive() throws SQLException {
        fleet.hub()
                .exec("UPDATE item SET code = '-' WHERE id = 1; UPDATE item SET code = 'A' WHERE id = 2;"
                        + " UPDATE item SET code = 'B', name = 'uno' WHERE id = 1; DELETE FROM item WHERE id = 3;"
                        + " INSERT INTO item VALUES (4, 'C', 'Three')");
        assertThat(a.pull().pulled()).isEqualTo(4);

        assertThat(a.rows("SELECT * FROM item ORDER BY id")).containsExactly("1|B|uno", "2|A|two", "4|C|Three");
        assertThat(a.queue()).isEmpty();
        assertThat(a.pull().pulled()).isZero();
    }

    @Test
    void values_that_moved_arrive_beside_a_column_that_the_hub_does_not_have() throws SQLException {
        a.exec("ALTER TABLE item ADD COLUMN mine text");
        a.init("item", "part");
        a.exec("UPDATE item SET mine = 'kept' WHERE id = 2");
        a.sync();
        fleet.hub().exec("UPDATE item SET code = '-' WHERE id = 1; UPDATE item SET code = 'A' WHERE id = 2");
        a.pull();

        assertThat(a.rows("SELECT id, code, mine FROM item ORDER BY id")).containsExactly("1|-|∅", "2|A|kept", "3|C|∅");
    }

    @Test
    void a_row_whose_unique_value_is_taken_here_waits_and_the_rest_flows() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'X', 'ten'), (11, 'Y', 'Eleven')");
        fleet.hub().exec("INSERT INTO item VALUES (20, 'X', 'twenty'), (21, 'Z', 'eleven'), (22, 'W', 'other')");
        assertThat(a.pull().inserted()).isEqualTo(1);

        assertThat(a.rows("SELECT id FROM item WHERE id >= 10 ORDER BY id")).containsExactly("10", "11", "22");
        assertThat(a.conflicts())
                .extracting(c ->
                        c.recordId() + " " + c.type() + " " + c.related().get(0).recordId())
                .containsExactly("10 unique_violation 20", "11 unique_violation 21");
        assertThat(a.pull().conflicts().detected()).isZero();
        a.exec("UPDATE item SET code = 'X10' WHERE id = 10");
        a.pull();
        assertThat(a.rows("SELECT id FROM item WHERE id >= 10 ORDER BY id")).containsExactly("10", "11", "20", "22");
    }

    @Test
    @Tag("guarantee-10")
    void a_row_that_waited_aside_comes_in_when_the_conflict_is_settled() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'X', 'ten')");
        fleet.hub().exec("INSERT INTO item VALUES (20, 'X', 'twenty')");
        a.pull();
        assertThat(a.push().conflicts().detected()).isZero();
        a.resolve(Use.REMOTE);
        assertThat(a.rows("SELECT id FROM item WHERE code = 'X'")).containsExactly("20");
        fleet.settle();
        assertThat(a.pull().pulled()).isZero();
        assertThat(fleet.onHub("SELECT id FROM item WHERE code = 'X'")).containsExactly("20");

        a.exec("INSERT INTO item VALUES (11, 'Y', 'eleven')");
        fleet.hub().exec("INSERT INTO item VALUES (21, 'Y', 'another')");
        a.pull();
        a.resolve(Use.LOCAL, Map.of("code", "Y11"));
        fleet.settle();
        assertThat(fleet.onHub("SELECT id, code FROM item WHERE id IN (11, 21) ORDER BY id"))
                .containsExactly("11|Y11", "21|Y");
        assertThat(a.rows("SELECT * FROM item ORDER BY id")).isEqualTo(fleet.onHub("SELECT * FROM item ORDER BY id"));
    }

    @Test
    void a_child_whose_parent_was_deleted_here_does_not_dangle() throws SQLException {
        a.exec("DELETE FROM item WHERE id = 1");
        fleet.hub().exec("INSERT INTO part VALUES (1, 1, NULL), (2, 2, NULL), (3, 2, 1)");
        a.pull();

        assertThat(a.rows("SELECT id FROM part ORDER BY id")).containsExactly("2");
        assertNothingDangles();
    }

    @Test
    void a_parent_that_the_hub_deleted_stays_while_a_new_child_needs_it() throws SQLException {
        a.exec("INSERT INTO part VALUES (1, 1, NULL)");
        fleet.hub().exec("DELETE FROM item WHERE id IN (1, 2)");
        assertThat(a.pull().deleted()).isEqualTo(1);

        assertThat(a.rows("SELECT id FROM item ORDER BY id")).containsExactly("1", "3");
        assertNothingDangles();
        assertThat(a.conflicts())
                .extracting(c -> c.table() + " " + c.recordId() + " " + c.type())
                .containsExactly("part 1 foreign_key");
        a.resolve(Use.REMOTE);
        a.pull();
        assertThat(a.rows("SELECT id FROM item ORDER BY id")).containsExactly("3");
        assertThat(a.rows("SELECT id FROM part")).isEmpty();
    }

    @Test
    @Tag("guarantee-10")
    void a_parent_that_the_hub_deleted_goes_back_there_with_its_new_child_if_somebody_says_so() throws SQLException {
        a.exec("INSERT INTO part VALUES (1, 1, NULL)");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.pull();
        a.resolve(Use.LOCAL);
        fleet.settle();

        assertThat(fleet.onHub("SELECT * FROM part")).containsExactly("1|1|∅");
        assertThat(fleet.onHub("SELECT * FROM item ORDER BY id")).hasSize(3).contains("1|A|one");
        assertThat(fleet.b().rows("SELECT * FROM part")).containsExactly("1|1|∅");
    }

    @Test
    @Tag("guarantee-12")
    void a_row_kept_over_its_deletion_goes_once_its_parent_cannot_come_back() throws SQLException {
        fleet.hub().exec("INSERT INTO part VALUES (1, 1, NULL)");
        fleet.settle();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (conflict_type, resolution_strategy)"
                + " VALUES ('update_delete', 'local_wins'), ('foreign_key', 'remote_wins')");
        a.exec("INSERT INTO part VALUES (2, 2, NULL); UPDATE part SET up = 2 WHERE id = 1");
        fleet.hub().exec("DELETE FROM part WHERE id = 1; DELETE FROM item WHERE id = 1");
        fleet.settle();

        assertThat(a.rows("SELECT * FROM part")).isEqualTo(fleet.onHub("SELECT * FROM part"));
        assertThat(a.rows("SELECT id FROM item ORDER BY 1")).isEqualTo(fleet.onHub("SELECT id FROM item ORDER BY 1"));
        assertNothingDangles();
        assertThat(a.rows("SELECT * FROM offsync.wanted")).isEmpty();
    }

    @Test
    void a_table_that_is_not_synced_keeps_its_parents() throws SQLException {
        a.exec("CREATE TABLE bookmark (item_id integer REFERENCES item); INSERT INTO bookmark VALUES (2)");
        fleet.hub().exec("DELETE FROM item WHERE id IN (1, 2)");
        a.pull();
        assertThat(a.rows("SELECT id FROM item ORDER BY id")).containsExactly("2", "3");

        a.exec("DELETE FROM bookmark");
        a.pull();
        assertThat(a.rows("SELECT id FROM item ORDER BY id")).containsExactly("3");
    }

    @Test
    @Tag("guarantee-12")
    void a_row_that_follows_its_parent_to_another_key_is_no_orphan_of_the_old_one() throws SQLException {
        try (Fleet staff = Fleet.of("""
                CREATE TABLE person (id integer PRIMARY KEY, code text UNIQUE, points integer,
                                     boss integer REFERENCES person ON UPDATE CASCADE);
                """, "person")) {
            staff.hub().exec("INSERT INTO person VALUES (1, 'one', 10, NULL), (2, 'two', 20, 1)");
            staff.settle();
            staff.a().rule("update_update", "merge");
            staff.a().rule("update_delete", "local_wins");
            staff.a().rule("unique_violation", "remote_wins");
            staff.a().rule("foreign_key", "remote_wins");
            staff.a().exec("UPDATE person SET points = points + 1");
            staff.hub().exec("UPDATE person SET id = 4 WHERE id = 1");
            staff.settle();

            for (var database :
                    List.of(staff.hub(), staff.a().database(), staff.b().database())) {
                assertThat(database.rows("SELECT * FROM person ORDER BY id"))
                        .containsExactly("2|two|20|4", "4|one|10|∅");
            }
            assertThat(staff.a().conflicts()).allMatch(ConflictEntry::resolved);
        }
    }

    @Test
    @Tag("guarantee-12")
    void a_row_that_a_rule_makes_room_for_comes_with_the_same_pull() throws SQLException {
        a.rule("update_update", "manual");
        a.rule("update_delete", "local_wins");
        a.rule("unique_violation", "remote_wins");
        fleet.hub().exec("UPDATE item SET code = 'D' WHERE id = 2; UPDATE item SET id = 4 WHERE id = 1");
        a.exec("BEGIN; UPDATE item SET code = NULL WHERE id < 3; UPDATE item SET code = 'B' WHERE id = 1;"
                + " UPDATE item SET code = 'A' WHERE id = 2; COMMIT");
        a.sync();

        assertThat(a.rows("SELECT * FROM item ORDER BY id")).isEqualTo(fleet.onHub("SELECT * FROM item ORDER BY id"));
    }

    /** The merged row has no room before the pull, since row 2 has its name, nor after it, since row 4 has its code. */
    @Test
    @Tag("guarantee-13")
    void a_row_that_makes_way_in_vain_keeps_its_value_until_somebody_decides() throws SQLException {
        a.rule("update_update", "merge");
        fleet.hub()
                .exec("UPDATE item SET name = 'zwei' WHERE id = 2; UPDATE item SET name = 'two' WHERE id = 1;"
                        + " INSERT INTO item VALUES (4, 'X', 'four')");
        a.exec("UPDATE item SET code = 'X' WHERE id = 1");
        a.pull();

        String items = "SELECT * FROM item ORDER BY id";
        assertThat(a.rows(items)).containsExactly("1|X|one", "2|B|zwei", "3|C|three");
        assertThat(a.conflicts()).singleElement().matches(conflict -> !conflict.resolved());
        assertThat(a.pull().pulled()).isZero();
        assertThat(a.rows(items)).containsExactly("1|X|one", "2|B|zwei", "3|C|three");

        a.resolve(Use.REMOTE);
        a.sync();
        a.sync();
        assertThat(a.rows(items))
                .isEqualTo(fleet.onHub(items))
                .containsExactly("1|A|two", "2|B|zwei", "3|C|three", "4|X|four");
    }

    /** Each side moved one half of a pair, and another row has both. */
    @Test
    @Tag("guarantee-13")
    void a_merge_that_never_fits_is_left_to_a_person_and_to_nobody_else() throws SQLException {
        try (Fleet pairs = Fleet.inStep(
                "CREATE TABLE pair (id integer PRIMARY KEY, left_ text, right_ text, UNIQUE (left_, right_))",
                "INSERT INTO pair VALUES (1, 'a', 'b'), (2, 'x', 'y')",
                "pair")) {
            Device device = pairs.a();
            device.rule("update_update", "merge");
            pairs.hub().exec("UPDATE pair SET right_ = 'y' WHERE id = 1");
            device.exec("UPDATE pair SET left_ = 'x' WHERE id = 1");
            device.sync();
            device.sync();
            assertThat(device.rows("SELECT * FROM pair ORDER BY id")).containsExactly("1|x|b", "2|x|y");
            SyncResult idle = device.sync();
            assertThat(idle.pull().pulled()
                            + idle.pull().skipped()
                            + idle.push().pushed())
                    .isZero();
            assertThat(device.rows("SELECT * FROM offsync.wanted")).isEmpty();

            device.resolve(Use.LOCAL);
            pairs.settle();
            assertThat(pairs.onHub("SELECT * FROM pair ORDER BY id"))
                    .isEqualTo(device.rows("SELECT * FROM pair ORDER BY id"))
                    .containsExactly("1|x|b", "2|x|y");
        }
    }

    private void assertNothingDangles() throws SQLException {
        assertThat(a.rows("SELECT p.id FROM part AS p WHERE item_id IS NOT NULL"
                        + " AND NOT EXISTS (SELECT FROM item AS i WHERE i.id = p.item_id)"
                        + " OR up IS NOT NULL AND NOT EXISTS (SELECT FROM part AS u WHERE u.id = p.up)"))
                .isEmpty();
    }
}
