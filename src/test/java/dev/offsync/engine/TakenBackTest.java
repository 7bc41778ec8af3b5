package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A row that is again what it was before both sides changed it: what somebody decided reaches the hub all the same, and what
 * nobody decided is no change.
 */
@Tag("guarantee-12")
class TakenBackTest extends RowConflicts {
    @Test
    void a_person_gives_back_the_row_that_was_there_at_first() throws SQLException {
        rule("*", "manual");
        bothUpdate();
        a.sync();
        a.resolve(Use.LOCAL, Map.of("name", "one"));

        assertSettled("1|one|1.0");
    }

    @Test
    void a_person_gives_back_the_row_that_the_hub_deleted() throws SQLException {
        a.exec("UPDATE item SET name = 'local'");
        fleet.hub().exec("DELETE FROM item");
        a.sync();
        a.resolve(Use.LOCAL, Map.of("name", "one"));

        assertSettled("1|one|1.0");
    }

    @Test
    void a_row_that_was_inserted_here_and_deleted_goes_on_the_hub_where_a_person_says_so() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (7, 'a stranger', 7)");
        a.exec("INSERT INTO item VALUES (7, 'mine', 7)");
        a.sync();
        a.exec("DELETE FROM item WHERE id = 7");
        a.resolve(Use.LOCAL);

        assertSettled("1|one|1.0");
    }

    @Test
    @Tag("guarantee-11")
    void a_row_that_a_rule_kept_and_the_application_takes_back_before_the_push() throws SQLException {
        rule("*", "local_wins");
        bothUpdate();
        a.pull();
        a.exec("UPDATE item SET name = 'one'");

        assertSettled("1|one|1.0");
    }

    @Test
    @Tag("guarantee-11")
    void a_row_that_a_rule_kept_and_the_application_deletes_before_the_push() throws SQLException {
        rule("*", "local_wins");
        fleet.hub().exec("INSERT INTO item VALUES (7, 'a stranger', 7)");
        a.exec("INSERT INTO item VALUES (7, 'mine', 7)");
        a.pull();
        a.exec("DELETE FROM item WHERE id = 7");

        assertSettled("1|one|1.0");
    }

    @Test
    @Tag("guarantee-11")
    void a_row_that_a_rule_kept_and_the_application_makes_what_the_hub_has() throws SQLException {
        rule("*", "local_wins");
        bothUpdate();
        a.pull();
        a.exec("UPDATE item SET name = 'two'; UPDATE item SET name = 'remote'");

        assertSettled("1|remote|1.0");
    }

    @Test
    void a_change_that_was_taken_back_is_none_whichever_direction_runs_first() throws SQLException {
        rule("*", "local_wins");
        bothUpdate();
        a.exec("UPDATE item SET name = 'one'");
        a.pull();

        assertThat(a.rows("SELECT name FROM item")).containsExactly("remote");
        assertThat(a.conflicts()).isEmpty();
        assertThat(a.states()).containsOnly("1 completed");
        assertThat(a.sync().push().pushed()).isZero();
        assertThat(fleet.onHub("SELECT name FROM item")).containsExactly("remote");
    }

    @Test
    void a_row_that_repair_asked_about_is_not_taken_back_by_its_deletion() throws SQLException {
        rule("*", "manual");
        a.exec(VerifyTest.PAST_CAPTURE + "UPDATE item SET name = 'unseen'");
        a.repair();
        a.exec("DELETE FROM item");
        a.sync();
        assertThat(onlyConflict().resolved()).isFalse();
        assertThat(a.rows("SELECT id FROM item")).isEmpty();
        a.resolve(Use.LOCAL);

        assertSettled();
    }

    @Test
    void a_decided_row_whose_operations_go_in_batches_of_one() throws SQLException {
        rule("*", "local_wins");
        a.configure("batch_size", "1");
        bothUpdate();
        a.exec("UPDATE item SET name = 'again'");
        a.exec("UPDATE item SET name = 'one'; UPDATE item SET price = 2");
        a.pull();
        a.exec("UPDATE item SET price = 1.0");
        a.exec("INSERT INTO part VALUES (1, 1, 'child')");

        assertSettled("1|one|1.0");
        assertThat(fleet.b().rows("SELECT id FROM part")).containsExactly("1");
    }

    @Test
    void a_decided_row_whose_key_the_application_changes_before_the_push() throws SQLException {
        rule("*", "local_wins");
        bothUpdate();
        a.pull();
        a.exec("UPDATE item SET id = 9");
        a.exec("UPDATE item SET id = 1; UPDATE item SET name = 'one'");

        assertSettled("1|one|1.0");
    }

    @Test
    void a_decision_that_the_hub_overtakes_is_a_new_conflict_with_the_row_that_was_decided_over() throws SQLException {
        rule("*", "manual");
        bothUpdate();
        a.sync();
        a.resolve(Use.LOCAL, Map.of("name", "one"));
        fleet.hub().exec("UPDATE item SET name = 'remote again'");
        a.sync();

        assertThat(a.conflicts()).hasSize(2);
        assertThat(a.conflicts().get(1)).satisfies(again -> {
            assertThat(again.resolved()).isFalse();
            assertThat(again.base()).extracting(row -> row.get("name")).isEqualTo("remote");
            assertThat(again.local()).extracting(row -> row.get("name")).isEqualTo("one");
        });
        a.resolve(Use.LOCAL);
        assertSettled("1|one|1.0");
    }

    @Test
    void a_decided_row_that_is_discarded_from_the_queue_is_the_hubs_again() throws SQLException {
        rule("*", "local_wins");
        bothUpdate();
        a.exec("UPDATE item SET price = 2");
        a.pull();
        a.exec("UPDATE item SET name = 'one', price = 1.0");
        a.push();
        fleet.hub().exec("UPDATE item SET name = 'later'");

        assertSettled("1|later|1.0");
    }
}
