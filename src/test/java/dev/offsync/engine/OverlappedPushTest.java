package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.PushResult;
import dev.offsync.model.Use;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * While the hub applies a batch, the device writes down what it comes to and reads the next one upon that. Where the hub
 * does not take all of it, nothing of that may be left.
 */
@Tag("guarantee-4")
class OverlappedPushTest {
    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(
                "CREATE TABLE item (id integer PRIMARY KEY, name text);"
                        + " CREATE TABLE line (id integer PRIMARY KEY, item_id integer NOT NULL REFERENCES item)",
                "item",
                "line");
        a = fleet.a();
        a.exec("INSERT INTO item SELECT n, 'name ' || n FROM generate_series(1, 6) AS n");
        a.sync();
        fleet.b().sync();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        a.configure("batch_size", "2");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void requireInStep() throws SQLException {
        fleet.settle();
        String rows = "SELECT i::text FROM item AS i ORDER BY id";
        assertThat(fleet.onHub(rows))
                .isEqualTo(a.rows(rows))
                .isEqualTo(fleet.b().rows(rows));
        assertThat(a.verify().differences()).isEmpty();
    }

    @Test
    void a_row_that_comes_again_in_the_next_batch_rests_on_what_the_one_before_made_of_it() throws SQLException {
        fleet.barTheUsualWay();
        for (int round = 1; round <= 3; round++) {
            a.exec("UPDATE item SET name = 'round " + round + "' WHERE id = 1");
            a.exec("UPDATE item SET name = 'round " + round + "' WHERE id = 2");
        }
        a.exec("UPDATE item SET name = 'twice' WHERE id = 3");
        a.exec("UPDATE item SET name = 'in a batch' WHERE id = 3");
        a.exec("UPDATE item SET name = 'and once more' WHERE id = 3");
        PushResult pushed = a.push();
        assertThat(pushed.batches()).isEqualTo(5);
        assertThat(pushed.pushed()).isEqualTo(9);
        assertThat(fleet.onHub("SELECT k1, version FROM offsync.row_1 WHERE k1 <= 4 ORDER BY k1"))
                .containsExactly("1|4", "2|4", "3|4", "4|1");
        fleet.openTheUsualWay();
        requireInStep();
    }

    @ParameterizedTest
    @CsvSource({"2, 2", "2, 3"})
    @Tag("guarantee-10")
    @Tag("guarantee-13")
    void what_was_read_upon_a_batch_with_a_conflict_is_forgotten(int inConflict, int later) throws SQLException {
        fleet.hub().exec("UPDATE item SET name = 'theirs' WHERE id = ?", inConflict);
        a.exec("UPDATE item SET name = 'mine' WHERE id = 1");
        a.exec("UPDATE item SET name = 'mine' WHERE id = ?", inConflict);
        a.exec("UPDATE item SET name = 'mine, later' WHERE id = ?", later);
        a.exec("UPDATE item SET name = 'mine' WHERE id = 4");
        a.exec("UPDATE item SET name = 'mine' WHERE id = 5");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(pushed.pushed()).isEqualTo(later == inConflict ? 3 : 4);
        assertThat(fleet.onHub("SELECT name FROM item WHERE id IN (1, 2, 4, 5) ORDER BY id"))
                .containsExactly("mine", "theirs", "mine", "mine");
        assertThat(fleet.onHub("SELECT k1, version FROM offsync.row_1 WHERE k1 IN (1, 2, 4, 5) ORDER BY k1"))
                .containsExactly("1|2", "2|2", "4|2", "5|2");
        a.resolve(Use.LOCAL);
        requireInStep();
    }

    @Test
    @Tag("guarantee-6")
    void what_was_read_upon_a_rejected_batch_waits_where_it_is_about_the_same_row() throws SQLException {
        fleet.hub().exec("ALTER TABLE item ADD CHECK (name <> 'wrong')");
        a.exec("UPDATE item SET name = 'right' WHERE id = 1");
        a.exec("UPDATE item SET name = 'wrong' WHERE id = 2");
        a.exec("UPDATE item SET name = 'right' WHERE id = 2");
        a.exec("UPDATE item SET name = 'right' WHERE id = 3");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT name FROM item WHERE id IN (1, 2, 3) ORDER BY id"))
                .containsExactly("right", "name 2", "right");
        assertThat(pushed.parked()).isPositive();
        fleet.hub().exec("ALTER TABLE item DROP CONSTRAINT item_name_check");
        assertThat(a.sync().push().remaining()).isZero();
        requireInStep();
    }

    @Test
    @Tag("guarantee-13")
    void a_child_that_was_read_upon_its_parents_batch_waits_with_a_parent_in_conflict() throws SQLException {
        fleet.hub().exec("INSERT INTO item VALUES (7, 'theirs')");
        a.exec("INSERT INTO item VALUES (7, 'mine')");
        a.exec("UPDATE item SET name = 'mine' WHERE id = 1");
        a.exec("INSERT INTO line VALUES (1, 7)");
        a.exec("INSERT INTO line VALUES (2, 1)");
        PushResult pushed = a.push();

        assertThat(pushed.conflicts().open()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT id FROM line")).containsExactly("2");
        a.resolve(Use.LOCAL);
        assertThat(a.sync().push().remaining()).isZero();
        requireInStep();
    }

    @ParameterizedTest
    @CsvSource({
        "UPDATE item SET name = 'mine', UPDATE item SET name = 'later'",
        "UPDATE item SET name = name || '!', DELETE FROM item"
    })
    @Tag("guarantee-5")
    void a_device_that_loses_its_database_while_the_hub_applies_goes_on_where_the_hub_is(String first, String second)
            throws SQLException {
        a.exec(first + " WHERE id IN (1, 2)");
        a.exec(second + " WHERE id IN (2, 3)");
        CompletableFuture<PushResult> push;
        try (Sql busy = fleet.hub().open()) {
            busy.exec("BEGIN; SELECT FROM item WHERE id = 1 FOR UPDATE");
            push = CompletableFuture.supplyAsync(a::push);
            InterferenceTest.awaitBlocked(fleet.hub());
            assertThat(a.database().rows("""
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name LIKE 'offsync%'
                    """)).containsExactly("t");
            busy.exec("COMMIT");
        }
        CompletionException failed = catchThrowableOfType(CompletionException.class, push::join);
        assertThat(failed).hasCauseInstanceOf(OffsyncException.class);
        assertThat(((OffsyncException) failed.getCause()).reason()).isEqualTo(Reason.LOCAL_UNREACHABLE);

        PushResult pushed = a.push();
        assertThat(pushed.remaining()).isZero();
        assertThat(pushed.conflicts().detected()).isZero();
        assertThat(fleet.onHub("SELECT k1, version FROM offsync.row_1 WHERE k1 < 5 ORDER BY k1"))
                .containsExactly("1|2", "2|3", "3|2", "4|1");
        requireInStep();
    }

    @Test
    @Tag("guarantee-10")
    void new_rows_rest_above_the_floor_of_a_hub_that_has_forgotten_deletions() throws SQLException {
        fleet.hub().exec("UPDATE offsync.tracked_table SET version_floor = 7");
        for (int id = 11; id <= 16; id++) {
            a.exec("INSERT INTO item VALUES (?, 'new')", id);
        }
        a.exec("INSERT INTO item VALUES (17, 'new')");
        a.exec("UPDATE item SET name = 'newer' WHERE id = 17");
        a.exec("UPDATE item SET name = 'changed' WHERE id = 11");
        a.exec("DELETE FROM item WHERE id = 12");
        assertThat(a.push().batches()).isEqualTo(5);

        assertThat(fleet.onHub("SELECT k1, version FROM offsync.row_1 WHERE k1 > 10 ORDER BY k1"))
                .containsExactly("11|9", "12|9", "13|8", "14|8", "15|8", "16|8", "17|9");
        assertThat(a.rows("SELECT k1, version FROM offsync.row_1 WHERE k1 > 10 ORDER BY k1"))
                .containsExactly("11|9", "13|8", "14|8", "15|8", "16|8", "17|9");
        requireInStep();
    }

    @Test
    @Tag("guarantee-5")
    void batches_beside_an_open_conflict_are_completed_as_they_are_answered() throws SQLException {
        fleet.hub().exec("UPDATE item SET name = 'theirs' WHERE id = 6");
        a.exec("UPDATE item SET name = 'mine' WHERE id = 6");
        assertThat(a.push().conflicts().open()).isEqualTo(1);
        a.exec("UPDATE item SET name = 'twice' WHERE id = 1; UPDATE item SET name = 'twice!' WHERE id = 1");
        a.exec("UPDATE item SET name = 'once' WHERE id = 2");
        a.exec("DELETE FROM item WHERE id = 3");
        assertThat(a.push().remaining()).isZero();
        a.resolve(Use.REMOTE);
        requireInStep();
    }

    @Test
    @Tag("guarantee-5")
    void bounds_that_the_database_sets_for_applications_do_not_end_a_run_that_waits_for_the_hub() throws SQLException {
        bound("statement_timeout");
        bound("idle_session_timeout");
        bound("idle_in_transaction_session_timeout");
        if (a.rows("SELECT FROM pg_settings WHERE name = 'transaction_timeout'").size() == 1) {
            bound("transaction_timeout");
        }
        a.exec("UPDATE item SET name = 'once' WHERE id IN (1, 2)");
        a.exec("UPDATE item SET name = 'twice' WHERE id IN (2, 3)");
        CompletableFuture<PushResult> push;
        try (Sql busy = fleet.hub().open()) {
            busy.exec("BEGIN; SELECT FROM item WHERE id = 1 FOR UPDATE");
            push = CompletableFuture.supplyAsync(a::push);
            InterferenceTest.awaitBlocked(fleet.hub());
            busy.exec("SELECT pg_sleep(1.2); COMMIT");
        }
        assertThat(push.join().remaining()).isZero();
        assertThat(fleet.onHub("SELECT name FROM item WHERE id < 4 ORDER BY id"))
                .containsExactly("once", "twice", "twice");
    }

    private void bound(String setting) throws SQLException {
        a.exec("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET " + setting + " = 600', current_database()); END $$");
    }
}
