package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.Use;
import java.sql.SQLException;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two changes of one row are found by version, on push and on pull alike, and settled as the rule says. */
@Tag("guarantee-10")
@Order(3)
class ConflictTest extends RowConflicts {
    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-12")
    void two_updates_wait_for_a_person_and_each_side_can_be_kept(By by) throws SQLException {
        rule("*", "manual");
        bothUpdate();
        by.run(a);

        ConflictEntry conflict = onlyConflict();
        assertThat(conflict.type()).isEqualTo("update_update");
        assertThat(conflict.recordId()).isEqualTo("1");
        assertThat(conflict.base()).extracting(row -> row.get("name")).isEqualTo("one");
        assertThat(conflict.local()).extracting(row -> row.get("name")).isEqualTo("local");
        assertThat(conflict.remote()).extracting(row -> row.get("name")).isEqualTo("remote");
        assertThat(a.rows("SELECT name FROM item")).containsExactly("local");
        assertThat(a.states()).containsExactly("1 conflict");

        a.resolve(by == By.PUSH ? Use.LOCAL : Use.REMOTE);
        assertSettled(by == By.PUSH ? "1|local|1.0" : "1|remote|1.0");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void an_update_against_a_deletion_on_the_hub(By by) throws SQLException {
        a.exec("UPDATE item SET name = 'local' WHERE id = 1");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        by.run(a);

        ConflictEntry conflict = onlyConflict();
        assertThat(conflict.type()).isEqualTo("update_delete");
        assertThat(conflict.remote()).isNull();
        assertThat(a.rows("SELECT name FROM item")).containsExactly("local");

        a.resolve(by == By.PUSH ? Use.LOCAL : Use.REMOTE);
        if (by == By.PUSH) {
            assertSettled("1|local|1.0");
        } else {
            assertSettled();
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void a_deletion_against_an_update_on_the_hub(By by) throws SQLException {
        a.exec("DELETE FROM item WHERE id = 1");
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id = 1");
        by.run(a);

        ConflictEntry conflict = onlyConflict();
        assertThat(conflict.type()).isEqualTo("update_delete");
        assertThat(conflict.local()).isNull();
        assertThat(a.rows("SELECT name FROM item")).isEmpty();

        a.resolve(by == By.PUSH ? Use.REMOTE : Use.LOCAL);
        if (by == By.PUSH) {
            assertSettled("1|remote|1.0");
        } else {
            assertSettled();
        }
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void two_inserts_of_one_key(By by) throws SQLException {
        a.exec("INSERT INTO item VALUES (2, 'local', 2)");
        fleet.hub().exec("INSERT INTO item VALUES (2, 'remote', 3)");
        by.run(a);

        assertThat(onlyConflict().type()).isEqualTo("insert_insert");
        assertThat(onlyConflict().base()).isNull();
        a.resolve(by == By.PUSH ? Use.LOCAL : Use.REMOTE);
        assertSettled("1|one|1.0", by == By.PUSH ? "2|local|2" : "2|remote|3");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void two_sides_that_did_the_same_are_no_conflict(By by) throws SQLException {
        a.exec("UPDATE item SET name = 'same' WHERE id = 1; INSERT INTO item VALUES (2, 'same', 2)");
        fleet.hub().exec("UPDATE item SET name = 'same' WHERE id = 1; INSERT INTO item VALUES (2, 'same', 2)");
        by.run(a);

        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
        assertSettled("1|same|1.0", "2|same|2");
        a.exec("UPDATE item SET name = 'later'");
        assertThat(a.push().conflicts().detected()).isZero();
    }

    @ParameterizedTest
    @EnumSource(By.class)
    void two_sides_that_deleted_agree(By by) throws SQLException {
        a.exec("DELETE FROM item");
        fleet.hub().exec("DELETE FROM item");
        by.run(a);

        assertThat(a.conflicts()).isEmpty();
        assertSettled();
        a.exec("INSERT INTO item VALUES (1, 'anew', 5)");
        assertSettled("1|anew|5");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void lww_keeps_the_hubs_row_where_that_was_changed_later(By by) throws SQLException {
        a.exec("UPDATE item SET name = 'local' WHERE id = 1");
        fleet.hub().exec("SELECT pg_sleep(0.05); UPDATE item SET name = 'remote' WHERE id = 1");
        by.run(a);

        assertThat(onlyConflict().resolution()).isEqualTo("remote");
        assertThat(onlyConflict().strategy()).isEqualTo("lww");
        assertSettled("1|remote|1.0");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void lww_keeps_the_local_row_where_that_was_changed_later(By by) throws SQLException {
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id = 1");
        a.exec("SELECT pg_sleep(0.05); UPDATE item SET name = 'local' WHERE id = 1");
        by.run(a);

        assertThat(onlyConflict().resolution()).isEqualTo("local");
        assertSettled("1|local|1.0");
    }

    @Test
    @Tag("guarantee-11")
    @Tag("guarantee-16")
    void lww_goes_by_when_a_change_was_made_and_not_by_when_it_arrived() throws SQLException {
        fleet.b().exec("UPDATE item SET name = 'early' WHERE id = 1");
        a.exec("SELECT pg_sleep(0.05); UPDATE item SET name = 'late' WHERE id = 1");
        a.push();
        fleet.b().push();

        assertThat(fleet.b().conflicts()).hasSize(1).allMatch(c -> "remote".equals(c.resolution()));
        assertSettled("1|late|1.0");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void version_keeps_the_row_that_was_changed_more_often(By by) throws SQLException {
        rule("update_update", "version");
        a.exec("UPDATE item SET name = 'local 1'");
        a.exec("UPDATE item SET name = 'local 2'");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        by.run(a);
        assertSettled("1|local 2|1.0");

        a.exec("UPDATE item SET name = 'local 3'");
        fleet.hub().exec("UPDATE item SET name = 'remote 3'");
        by.run(a);
        assertSettled("1|remote 3|1.0");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void local_wins_and_remote_wins_do_as_they_say(By by) throws SQLException {
        rule("update_update", "local_wins");
        rule("update_delete", "remote_wins");
        bothUpdate();
        by.run(a);
        assertSettled("1|local|1.0");

        a.exec("UPDATE item SET name = 'gone'");
        fleet.hub().exec("DELETE FROM item");
        by.run(a);
        assertSettled();
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void local_wins_over_a_deletion_and_with_one(By by) throws SQLException {
        rule("*", "local_wins");
        a.exec("UPDATE item SET name = 'kept'");
        fleet.hub().exec("DELETE FROM item");
        by.run(a);
        assertSettled("1|kept|1.0");

        a.exec("DELETE FROM item");
        fleet.hub().exec("UPDATE item SET name = 'changed'");
        by.run(a);
        assertSettled();

        a.exec("INSERT INTO item VALUES (5, 'local', 5)");
        fleet.hub().exec("INSERT INTO item VALUES (5, 'remote', 6)");
        by.run(a);
        assertSettled("5|local|5");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void merge_takes_each_column_from_the_side_that_changed_it(By by) throws SQLException {
        rule("update_update", "merge", "remote_wins");
        a.exec("UPDATE item SET name = 'local'");
        fleet.hub().exec("UPDATE item SET price = 7");
        by.run(a);
        assertThat(onlyConflict().resolution()).isEqualTo("merged");
        assertSettled("1|local|7");

        a.exec("UPDATE item SET name = 'both', price = 8");
        fleet.hub().exec("UPDATE item SET name = 'hub'");
        by.run(a);
        assertSettled("1|hub|8");
    }

    @ParameterizedTest
    @EnumSource(By.class)
    @Tag("guarantee-11")
    void merge_adds_up_what_both_sides_did_to_a_counter(By by) throws SQLException {
        a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy,"
                + " delta_columns) VALUES ('item', 'update_update', 'merge', '{price}')");
        a.exec("UPDATE item SET price = price + 2.5");
        fleet.hub().exec("UPDATE item SET price = price - 1");
        by.run(a);

        assertSettled("1|one|2.5");
    }

    @Test
    @Tag("guarantee-11")
    void the_rule_of_the_named_table_beats_the_wildcard_unless_priority_says_otherwise() throws SQLException {
        a.exec(
                "INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy, priority)"
                        + " VALUES ('*', 'update_update', 'remote_wins', 0), ('item', 'update_update', 'local_wins', 0)");
        bothUpdate();
        a.push();
        assertSettled("1|local|1.0");
        a.exec("UPDATE offsync.conflict_resolution_rules SET priority = 5 WHERE table_name = '*'");
        bothUpdate();
        fleet.hub().exec("UPDATE item SET name = 'remote 2'");
        a.exec("UPDATE item SET name = 'local 2'");
        a.push();
        assertSettled("1|remote 2|1.0");
    }

    @Test
    void an_unknown_strategy_in_the_rules_is_refused_by_the_table() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> rule("update_update", "coin_toss"))
                .hasMessageContaining("there is no strategy \"coin_toss\"");
    }

    @Test
    void an_insert_of_a_key_that_the_hub_deleted_is_no_conflict() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (5, 'was', 5)");
        fleet.hub().exec("DELETE FROM item WHERE id = 5");
        a.exec("INSERT INTO item VALUES (5, 'is', 5)");
        PullResult pulled = a.pull();
        PushResult pushed = a.push();

        assertThat(pulled.conflicts().detected() + pushed.conflicts().detected())
                .isZero();
        assertSettled("1|one|1.0", "5|is|5");
        a.exec("UPDATE item SET name = 'later' WHERE id = 5");
        assertSettled("1|one|1.0", "5|later|5");
    }
}
