package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.Reason;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Use;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a conflict is open its row stays in use; when it comes to nothing it closes itself. */
@Tag("guarantee-13")
class OpenConflictTest {
    private static final String SCHEMA =
            "CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric CHECK (price < 100))";
    private static final ConflictFilter ANY = new ConflictFilter(null, null, false);

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(SCHEMA, "INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2)", "item");
        a = fleet.a();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void inConflict() throws SQLException {
        a.exec("UPDATE item SET name = 'local'");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        assertThat(a.sync().push().conflicts().open()).isEqualTo(2);
    }

    private ConflictEntry first() {
        return a.conflicts().get(0);
    }

    private void assertDissolved(String reason, String row) throws SQLException {
        assertThat(first().resolution()).isEqualTo("dissolved");
        assertThat(first().resolvedBy()).isEqualTo("offsync");
        assertThat(first().message()).isEqualTo(reason);
        fleet.settle();
        String query = "SELECT name FROM item WHERE id = 1";
        assertThat(a.rows(query)).containsExactly(row);
        assertThat(fleet.onHub(query)).containsExactly(row);
        assertThat(fleet.b().rows(query)).containsExactly(row);
        assertThat(a.states()).filteredOn(state -> state.startsWith("1 ")).containsOnly("1 completed");
    }

    @Test
    void the_log_follows_what_is_edited_here() throws SQLException {
        inConflict();
        a.exec("UPDATE item SET name = 'edited' WHERE id = 1");
        assertThat(first().local()).extracting(row -> row.get("name")).isEqualTo("edited");
        a.push();
        assertThat(a.rows("SELECT local_data ->> 'name', local_version FROM offsync.conflict_log WHERE id = 1"))
                .containsExactly("edited|3");
        assertThat(a.rows("SELECT count(*) FROM offsync.operation_queue WHERE status = 'conflict'"))
                .containsExactly("3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "pull"})
    void a_conflict_dissolves_when_the_row_is_edited_to_what_the_hub_has(String verb) throws SQLException {
        inConflict();
        a.exec("UPDATE item SET name = 'remote' WHERE id = 1");
        if (verb.equals("push")) {
            a.push();
        } else {
            a.pull();
        }
        assertDissolved("both sides have become the same", "remote");
    }

    @Test
    void a_conflict_dissolves_when_the_hub_comes_round() throws SQLException {
        inConflict();
        fleet.hub().exec("UPDATE item SET name = 'local' WHERE id = 1");
        a.pull();
        assertDissolved("both sides have become the same", "local");
    }

    @Test
    void a_conflict_dissolves_when_the_hub_takes_its_change_back() throws SQLException {
        inConflict();
        fleet.hub().exec("UPDATE item SET name = 'one' WHERE id = 1");
        a.pull();
        assertDissolved("the hub took its change back, so the local one stands alone", "local");
    }

    @Test
    void a_conflict_dissolves_when_the_local_change_is_taken_back() throws SQLException {
        inConflict();
        a.exec("UPDATE item SET name = 'one' WHERE id = 1");
        a.push();
        assertDissolved("the local change was taken back, so the hub's stands alone", "remote");
    }

    @Test
    void a_conflict_over_a_deletion_dissolves_when_the_hub_has_the_row_back() throws SQLException {
        a.exec("UPDATE item SET name = 'local' WHERE id = 1");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.sync();
        assertThat(first().type()).isEqualTo("update_delete");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one', 1)");
        a.pull();
        assertDissolved("the hub took its change back, so the local one stands alone", "local");
    }

    @Test
    void a_conflict_of_two_inserts_dissolves_when_the_hubs_row_goes() throws SQLException {
        a.exec("INSERT INTO item VALUES (3, 'local', 3)");
        fleet.hub().exec("INSERT INTO item VALUES (3, 'remote', 3)");
        a.sync();
        fleet.hub().exec("DELETE FROM item WHERE id = 3");
        a.pull();
        assertThat(first().resolution()).isEqualTo("dissolved");
        fleet.settle();
        assertThat(fleet.onHub("SELECT name FROM item WHERE id = 3")).containsExactly("local");
    }

    @Test
    void a_conflict_becomes_one_over_a_deletion_when_the_hub_deletes_the_row() throws SQLException {
        inConflict();
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.pull();
        assertThat(first().type()).isEqualTo("update_delete");
        assertThat(first().remote()).isNull();
        a.exec("DELETE FROM item WHERE id = 1");
        a.sync();
        assertThat(first().resolution()).isEqualTo("dissolved");
    }

    @Test
    @Tag("guarantee-12")
    void many_conflicts_are_resolved_in_one_transaction() throws SQLException {
        inConflict();
        a.exec("UPDATE item SET price = 50 WHERE id = 2");
        fleet.hub().exec("UPDATE item SET price = 60 WHERE id = 2");
        a.sync();

        assertThatThrownBy(() -> a.resolve(
                        new ResolveOptions(List.of(1L, 2L), ANY, Use.MERGE, Map.of("name", "both"), null, false)))
                .hasMessage("item 2: both sides changed price");
        assertThat(a.conflicts()).noneMatch(ConflictEntry::resolved);
        ResolveResult done = a.resolve(
                new ResolveOptions(List.of(1L, 2L), ANY, Use.MERGE, Map.of("name", "both", "price", "5"), null, false));
        assertThat(done.open()).isZero();
        assertThat(a.rows("SELECT DISTINCT name, price FROM item")).containsExactly("both|5");
    }

    @Test
    void a_value_that_the_table_refuses_is_a_usage_error_and_changes_nothing() throws SQLException {
        inConflict();
        for (String price : List.of("abc", "1000")) {
            assertThatThrownBy(() -> a.resolve(Use.LOCAL, Map.of("price", price)))
                    .hasMessageStartingWith("conflict 1: the row cannot be written here: ")
                    .hasFieldOrPropertyWithValue("reason", Reason.USAGE);
        }
        assertThat(a.conflicts()).noneMatch(ConflictEntry::resolved);
    }

    @Test
    @Tag("guarantee-12")
    void a_dry_resolution_tells_the_row_to_be_written_and_changes_nothing() throws SQLException {
        inConflict();
        ResolveResult planned =
                a.resolve(new ResolveOptions(List.of(1L), ANY, Use.LOCAL, Map.of("price", "7"), null, true));
        assertThat(planned.resolved().get(0).data()).hasToString("Row[values={id=1, name=local, price=7}]");
        assertThat(a.conflicts()).noneMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT price FROM item WHERE id = 1")).containsExactly("1");
    }

    @Test
    @Tag("guarantee-11")
    void a_counter_is_not_counted_twice_where_the_hub_moves_between_decision_and_push() throws SQLException {
        a.exec("DELETE FROM offsync.conflict_resolution_rules");
        a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, resolution_strategy, delta_columns)"
                + " VALUES ('item', 'merge', '{price}')");
        a.exec("UPDATE item SET price = 10 WHERE id = 1");
        fleet.settle();
        a.exec("UPDATE item SET price = price - 3 WHERE id = 1");
        fleet.hub().exec("UPDATE item SET price = price + 2 WHERE id = 1");
        a.pull();
        assertThat(a.rows("SELECT price FROM item WHERE id = 1")).containsExactly("9");
        fleet.hub().exec("UPDATE item SET price = price + 2 WHERE id = 1");
        fleet.settle();
        assertThat(fleet.onHub("SELECT price FROM item WHERE id = 1")).containsExactly("11");
    }
}
