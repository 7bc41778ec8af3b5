package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What stands in a row's way goes away: a conflict with it closes itself, and a hub's row that found no room comes in. */
@Tag("guarantee-13")
class ObstacleTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, code text UNIQUE, label text UNIQUE DEFERRABLE INITIALLY DEFERRED,
                               name text);
            CREATE TABLE part (shelf text, id integer, item_id integer REFERENCES item, PRIMARY KEY (shelf, id));
            """;
    private static final String ITEMS = "SELECT id, code, label, name FROM item ORDER BY id";
    private static final String PARTS = "SELECT * FROM part ORDER BY shelf, id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                SCHEMA, "INSERT INTO item VALUES (1, 'A', NULL, 'one'), (2, 'B', NULL, 'two')", "item", "part");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private ConflictEntry onlyOpen() {
        assertThat(a.conflicts().stream().filter(c -> !c.resolved())).hasSize(1);
        return a.conflicts().stream().filter(c -> !c.resolved()).findFirst().orElseThrow();
    }

    private void assertDissolved(String reason) throws SQLException {
        assertThat(a.conflicts()).last().satisfies(last -> {
            assertThat(last.resolution()).isEqualTo("dissolved");
            assertThat(last.resolvedBy()).isEqualTo("offsync");
            assertThat(last.message()).isEqualTo(reason);
        });
        assertInStep();
    }

    private void assertInStep() throws SQLException {
        fleet.settle();
        for (String query : new String[] {ITEMS, PARTS}) {
            assertThat(a.rows(query)).isEqualTo(fleet.onHub(query));
            assertThat(fleet.b().rows(query)).isEqualTo(fleet.onHub(query));
        }
        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT DISTINCT status FROM offsync.operation_queue"))
                .containsOnly("completed");
        assertThat(a.rows("SELECT * FROM offsync.wanted")).isEmpty();
    }

    private void valueTaken() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (20, 'X', NULL, 'hub')");
        a.exec("INSERT INTO item VALUES (10, 'X', NULL, 'local')");
        a.exec("INSERT INTO part VALUES ('s', 1, 10)");
        a.sync();
        assertThat(onlyOpen().type()).isEqualTo("unique_violation");
        assertThat(fleet.onHub(PARTS)).isEmpty();
        assertThat(a.sync().push().pushed()).isZero();
    }

    private void assertBoth(String... items) throws SQLException {
        assertDissolved("no other row of the hub holds its unique value any more, so the hub took the change");
        assertThat(fleet.onHub("SELECT id || code FROM item WHERE id >= 10 ORDER BY id"))
                .containsExactly(items);
        assertThat(fleet.onHub(PARTS)).containsExactly("s|1|10");
    }

    @Test
    void a_unique_value_that_the_other_row_gives_up_on_the_hub() throws SQLException {
        valueTaken();
        fleet.hub().exec("UPDATE item SET code = 'Y' WHERE id = 20");
        a.sync();
        assertBoth("10X", "20Y");
    }

    @Test
    void a_unique_value_whose_holder_goes() throws SQLException {
        valueTaken();
        fleet.hub().exec("DELETE FROM item WHERE id = 20");
        a.sync();
        assertBoth("10X");
    }

    @Test
    void a_row_that_is_edited_to_a_free_value() throws SQLException {
        valueTaken();
        a.exec("UPDATE item SET code = 'Z' WHERE id = 10");
        a.push();
        assertBoth("10Z", "20X");
    }

    @Test
    void a_row_that_is_edited_and_still_in_the_way() throws SQLException {
        valueTaken();
        long id = onlyOpen().id();
        a.exec("UPDATE item SET name = 'edited' WHERE id = 10");
        a.sync();
        assertThat(onlyOpen().id()).isEqualTo(id);
        assertThat(onlyOpen().local()).extracting(row -> row.get("name")).isEqualTo("edited");
        assertThat(a.sync().push().pushed()).isZero();
        a.resolve(Use.REMOTE);
        assertInStep();
        assertThat(fleet.onHub("SELECT id FROM item WHERE code = 'X'")).containsExactly("20");
    }

    @Test
    void a_row_that_is_taken_back() throws SQLException {
        valueTaken();
        a.exec("DELETE FROM part; DELETE FROM item WHERE id = 10");
        a.sync();
        assertDissolved("the local row was taken back, so there is nothing left to send");
        assertThat(fleet.onHub("SELECT id FROM item WHERE id >= 10")).containsExactly("20");
    }

    @Test
    void a_unique_value_that_another_row_of_this_device_gives_up() throws SQLException {
        a.exec("UPDATE item SET code = 'C' WHERE id = 1");
        fleet.hub().exec("INSERT INTO item VALUES (20, 'C', NULL, 'hub')");
        a.exec("UPDATE item SET code = 'A' WHERE id = 2");
        a.push();
        assertThat(a.conflicts())
                .extracting(c -> c.recordId() + " " + c.type())
                .containsExactlyInAnyOrder("1 unique_violation", "2 unique_violation");
        a.exec("UPDATE item SET code = 'D' WHERE id = 1");
        a.push();
        assertDissolved("no other row of the hub holds its unique value any more, so the hub took the change");
        assertThat(fleet.onHub("SELECT id || code FROM item ORDER BY id")).containsExactly("1D", "2A", "20C");
    }

    @Test
    void a_parent_that_comes_back() throws SQLException {
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.exec("INSERT INTO part VALUES ('s', 1, 1)");
        a.sync();
        assertThat(onlyOpen().type()).isEqualTo("foreign_key");
        assertThat(a.sync().push().pushed()).isZero();
        fleet.hub().exec("INSERT INTO item VALUES (1, 'new', NULL, 'again')");
        a.sync();
        assertDissolved("what it references is on the hub, so the hub took the change");
        assertThat(fleet.onHub(PARTS)).containsExactly("s|1|1");
    }

    @Test
    void a_child_that_does_not_need_the_parent_any_more() throws SQLException {
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.exec("INSERT INTO part VALUES ('s', 1, 1)");
        a.sync();
        a.exec("UPDATE part SET item_id = 2");
        a.sync();
        assertDissolved("what it references is on the hub, so the hub took the change");
        assertThat(fleet.onHub(PARTS)).containsExactly("s|1|2");
    }

    @Test
    void a_deletion_that_takes_nothing_along_any_more() throws SQLException {
        fleet.hub().exec("INSERT INTO part VALUES ('s', 1, 1)");
        a.exec("DELETE FROM item WHERE id = 1");
        a.sync();
        assertThat(onlyOpen().type()).isEqualTo("foreign_key");
        assertThat(a.sync().push().pushed()).isZero();
        fleet.hub().exec("UPDATE part SET item_id = 2");
        a.sync();
        assertDissolved("the deletion takes nothing else along any more, so the hub took it");
        assertThat(fleet.onHub("SELECT id FROM item")).containsExactly("2");
    }

    @Test
    @Tag("guarantee-12")
    void values_that_the_hub_exchanged_come_in_where_a_rule_takes_both_rows() throws SQLException {
        a.rule("update_update", "remote_wins");
        exchangeOnHub();
        a.exec("UPDATE item SET name = 'local'");
        assertThat(a.push().conflicts().open()).isZero();
        assertInStep();
        assertThat(a.rows(ITEMS)).containsExactly("1|B|∅|one", "2|A|∅|two");

        exchangeOnHub();
        a.exec("UPDATE item SET name = 'local'");
        a.pull();
        assertThat(a.rows(ITEMS)).containsExactly("1|A|∅|one", "2|B|∅|two");
        assertInStep();
    }

    @Test
    @Tag("guarantee-12")
    void values_that_the_hub_exchanged_come_in_where_a_rule_merges_both_rows() throws SQLException {
        a.rule("update_update", "merge");
        exchangeOnHub();
        a.exec("UPDATE item SET name = 'local'");
        a.sync();
        assertInStep();
        assertThat(a.rows(ITEMS)).containsExactly("1|B|∅|local", "2|A|∅|local");
    }

    private void exchangeOnHub() throws SQLException {
        fleet.hub()
                .exec(
                        "UPDATE item SET code = '-' WHERE id = 1; UPDATE item SET code = CASE code WHEN 'A' THEN 'B' ELSE 'A' END"
                                + " WHERE id = 2; UPDATE item SET code = (SELECT CASE code WHEN 'A' THEN 'B' ELSE 'A' END FROM item"
                                + " WHERE id = 2) WHERE id = 1");
    }

    @Test
    @Tag("guarantee-8")
    void a_hubs_row_waits_for_the_parent_that_comes_with_the_pull() throws SQLException {
        a.rule("update_update", "remote_wins");
        fleet.hub().exec("INSERT INTO part VALUES ('s', 1, 1)");
        fleet.settle();
        fleet.hub().exec("INSERT INTO item VALUES (3, 'C', NULL, 'three'); UPDATE part SET item_id = 3");
        a.exec("UPDATE part SET item_id = 2");
        a.push();
        assertThat(a.rows(PARTS)).containsExactly("s|1|2");
        assertInStep();
        assertThat(a.rows(PARTS)).containsExactly("s|1|3");
    }

    @Test
    @Tag("guarantee-8")
    void a_parent_whose_deletion_wins_stays_until_its_children_go() throws SQLException {
        a.rule("update_delete", "remote_wins");
        a.rule("foreign_key", "local_wins");
        a.exec("UPDATE item SET name = 'local' WHERE id = 1; INSERT INTO part VALUES ('s', 1, 1)");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.push();
        assertThat(a.rows("SELECT count(*) FROM part WHERE NOT EXISTS (SELECT FROM item AS i WHERE i.id = item_id)"))
                .containsExactly("0");
        assertInStep();
        assertThat(fleet.onHub(PARTS)).containsExactly("s|1|1");
    }

    @Test
    @Tag("guarantee-8")
    void a_constraint_that_is_checked_late_holds_after_a_pull_too() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, NULL, 'L', 'local')");
        fleet.hub().exec("INSERT INTO item VALUES (20, NULL, 'L', 'hub')");
        a.pull();
        assertThat(a.rows("SELECT id FROM item WHERE label = 'L'")).containsExactly("10");
        assertThat(onlyOpen().type()).isEqualTo("unique_violation");
        a.resolve(Use.REMOTE);
        assertThat(a.rows("SELECT id FROM item WHERE label = 'L'")).containsExactly("20");
        assertInStep();
    }

    @Test
    @Tag("guarantee-8")
    void a_person_cannot_give_a_row_a_parent_that_is_not_there() throws SQLException {
        a.rule("update_update", "manual");
        fleet.hub().exec("INSERT INTO item VALUES (3, 'C', NULL, 'three'); INSERT INTO part VALUES ('s', 1, 1)");
        fleet.settle();
        fleet.hub().exec("UPDATE part SET item_id = 2");
        a.exec("UPDATE part SET item_id = NULL");
        a.sync();
        assertThatThrownBy(() -> a.resolve(Use.LOCAL, Map.of("item_id", "77")))
                .hasMessageContaining("the row of item that it references is not here");
        assertThat(a.rows(PARTS)).containsExactly("s|1|∅");
        a.resolve(Use.LOCAL, Map.of("item_id", "1"));
        assertInStep();
        assertThat(a.rows(PARTS)).containsExactly("s|1|1");
    }
}
