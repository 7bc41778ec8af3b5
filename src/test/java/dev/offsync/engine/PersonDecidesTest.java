package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PushResult;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A conflict waits for a person, holds up nothing but itself meanwhile, and ends as the person says. */
@Tag("guarantee-10")
class PersonDecidesTest extends RowConflicts {
    @Test
    @Tag("guarantee-11")
    void a_person_merges_and_sets_what_both_changed() throws SQLException {
        rule("*", "manual");
        a.exec("UPDATE item SET name = 'local', price = 5");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        a.sync();
        a.resolve(Use.MERGE, Map.of("name", "agreed"));

        assertSettled("1|agreed|5");
    }

    @Test
    @Tag("guarantee-11")
    void a_person_keeps_the_latest() throws SQLException {
        rule("*", "manual");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        a.exec("SELECT pg_sleep(0.05); UPDATE item SET name = 'local'");
        a.sync();
        a.resolve(Use.LATEST);

        assertSettled("1|local|1.0");
    }

    @Test
    @Tag("guarantee-11")
    void a_person_gives_the_row_in_place_of_a_deleted_one() throws SQLException {
        a.exec("DELETE FROM item");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        a.sync();
        a.resolve(new Row(Map.of("id", "1", "name", "given", "price", "9.90")));

        assertSettled("1|given|9.90");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void a_row_with_several_pending_operations_is_one_conflict(By by) throws SQLException {
        rule("*", "manual");
        a.exec("UPDATE item SET name = 'first'");
        a.exec("DELETE FROM item");
        a.exec("INSERT INTO item VALUES (1, 'second', 2)");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        by.run(a);

        assertThat(onlyConflict().local()).extracting(row -> row.get("name")).isEqualTo("second");
        assertThat(a.states()).hasSize(3).containsOnly("1 conflict");
        a.resolve(Use.LOCAL);
        assertSettled("1|second|2");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-13")
    void a_row_in_conflict_can_be_edited_further_and_follows_the_hub(By by) throws SQLException {
        rule("*", "manual");
        bothUpdate();
        by.run(a);
        a.exec("UPDATE item SET name = 'edited'");
        fleet.hub().exec("UPDATE item SET name = 'remote again'");
        a.sync();

        assertThat(onlyConflict().remote()).extracting(row -> row.get("name")).isEqualTo("remote again");
        assertThat(a.rows("SELECT name FROM item")).containsExactly("edited");
        assertThat(a.states()).containsExactly("1 conflict", "1 conflict");
        a.resolve(Use.LOCAL);
        assertSettled("1|edited|1.0");
    }

    @Test
    @Tag("guarantee-13")
    void a_row_in_conflict_holds_back_nothing_else() throws SQLException {
        rule("*", "manual");
        a.exec("BEGIN; UPDATE item SET name = 'local' WHERE id = 1; INSERT INTO item VALUES (2, 'two', 2);"
                + " INSERT INTO part VALUES (10, 1); COMMIT");
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id = 1");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT id FROM item ORDER BY id")).containsExactly("1", "2");
        assertThat(fleet.onHub("SELECT id FROM part")).containsExactly("10");
    }

    @Test
    @Tag("guarantee-13")
    void a_child_of_an_insert_in_conflict_waits_and_goes_after_it_is_settled() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (7, 'a stranger', 7)");
        a.exec("INSERT INTO item VALUES (7, 'mine', 7)");
        a.exec("INSERT INTO part VALUES (70, 7, 'child')");
        a.exec("INSERT INTO item VALUES (8, 'free', 8)");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(pushed.parked()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT id FROM part")).isEmpty();
        assertThat(fleet.onHub("SELECT id FROM item ORDER BY id")).containsExactly("1", "7", "8");
        assertThat(a.push().parked()).isEqualTo(1);
        a.exec("UPDATE part SET note = 'changed' WHERE id = 70; INSERT INTO part VALUES (71, 7, 'another')");
        a.sync();
        assertThat(fleet.onHub("SELECT id FROM part")).isEmpty();

        a.resolve(Use.LOCAL);
        assertSettled("1|one|1.0", "7|mine|7", "8|free|8");
        assertThat(fleet.onHub("SELECT id, note FROM part ORDER BY 1")).containsExactly("70|changed", "71|another");
    }

    @Test
    @Tag("guarantee-12")
    void a_hub_row_that_moved_after_the_decision_is_a_new_conflict() throws SQLException {
        rule("*", "manual");
        bothUpdate();
        a.sync();
        a.resolve(Use.LOCAL);
        fleet.hub().exec("UPDATE item SET name = 'moved'");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("moved");
        assertThat(a.conflicts()).hasSize(2);
    }
}
