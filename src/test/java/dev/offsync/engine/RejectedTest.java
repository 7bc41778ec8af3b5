package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Problem;
import dev.offsync.model.PushResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the hub rejects is blamed on the right row; what depends on it waits, and everything else flows. */
@Tag("guarantee-6")
class RejectedTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, price integer, code text UNIQUE);
            CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item);
            CREATE TABLE other (id integer PRIMARY KEY, name text);
            """;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(SCHEMA, "item", "part", "other");
        a = fleet.a();
        a.exec("INSERT INTO item VALUES (50, 5, 'held'), (51, 5, 'kept')");
        a.push();
        fleet.hub().exec("ALTER TABLE item ADD CONSTRAINT cheap CHECK (price < 100)");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private String states() throws SQLException {
        return String.join(
                " ",
                a.rows("SELECT record_id || ':' || status || retry_count || CASE WHEN parked_by IS NULL THEN ''"
                        + " ELSE 'p' END FROM offsync.operation_queue WHERE status <> 'completed' ORDER BY id"));
    }

    @Test
    void the_row_that_the_error_is_about_gets_the_blame_and_its_transaction_waits() throws SQLException {
        a.exec(
                "BEGIN; INSERT INTO item VALUES (1, 1), (2, 200), (3, 3); INSERT INTO other VALUES (1, 'with them'); COMMIT");
        a.exec("INSERT INTO other VALUES (2, 'free')");
        a.exec("INSERT INTO item VALUES (9, 9)");
        PushResult pushed = a.push();

        assertThat(pushed.problems()).extracting(Problem::recordId).containsExactly("2");
        assertThat(pushed.problems().get(0).message()).contains("cheap");
        assertThat(pushed.exitCode()).isEqualTo(4);
        assertThat(fleet.onHub("SELECT id FROM item ORDER BY 1")).containsExactly("9", "50", "51");
        assertThat(fleet.onHub("SELECT id FROM other")).containsExactly("2");
        assertThat(states()).isEqualTo("1:pending0p 2:pending1 3:pending0p 1:pending0p");
    }

    @Test
    void what_depends_on_it_is_parked_and_not_tried_itself_and_all_lands_once_the_cause_is_mended()
            throws SQLException {
        a.exec("BEGIN; INSERT INTO item VALUES (1, 1), (2, 200); UPDATE item SET code = 'free' WHERE id = 50; COMMIT");
        a.exec("UPDATE item SET price = 2 WHERE id = 1");
        a.exec("INSERT INTO part VALUES (10, 1)");
        a.exec("INSERT INTO item VALUES (60, 6, 'held')");
        a.exec("INSERT INTO part VALUES (11, 51)");
        PushResult pushed = a.push();

        assertThat(pushed.problems()).extracting(Problem::recordId).containsExactly("2");
        assertThat(pushed.conflicts().detected()).isZero();
        assertThat(states()).isEqualTo("1:pending0p 2:pending1 50:pending0p 1:pending0p 10:pending0p 60:pending0p");
        assertThat(fleet.onHub("SELECT id FROM part")).containsExactly("11");
        a.push();
        PushResult third = a.push();
        assertThat(third.failed()).isOne();
        assertThat(states()).isEqualTo("1:pending0p 2:failed3 50:pending0p 1:pending0p 10:pending0p 60:pending0p");

        a.exec("UPDATE item SET price = 20 WHERE id = 2");
        PushResult mended = a.push();
        assertThat(mended.problems()).isEmpty();
        assertThat(mended.remaining()).isZero();
        assertThat(fleet.onHub("SELECT * FROM item ORDER BY 1")).isEqualTo(a.rows("SELECT * FROM item ORDER BY 1"));
        assertThat(fleet.onHub("SELECT id FROM part ORDER BY 1")).containsExactly("10", "11");
        assertThat(mended.conflicts().detected()).isZero();
    }

    @Test
    void a_cause_that_is_mended_on_the_hub_lets_everything_through() throws SQLException {
        a.exec("BEGIN; INSERT INTO item VALUES (2, 200); INSERT INTO item VALUES (3, 300); COMMIT");
        a.exec("INSERT INTO part VALUES (10, 2)");
        a.push();
        fleet.hub().exec("ALTER TABLE item DROP CONSTRAINT cheap");
        PushResult mended = a.push();

        assertThat(mended.remaining()).isZero();
        assertThat(mended.exitCode()).isZero();
        assertThat(fleet.onHub("SELECT id FROM part")).containsExactly("10");
    }

    @Test
    void a_row_that_was_good_before_a_later_transaction_spoilt_it_arrives_in_its_good_state() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 1)");
        a.exec("UPDATE item SET price = 500 WHERE id = 1");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT price FROM item WHERE id = 1")).containsExactly("1");
        assertThat(pushed.problems()).extracting(Problem::recordId).containsExactly("1");
        assertThat(states()).isEqualTo("1:pending1");
    }

    @Test
    void a_transaction_that_came_before_on_the_same_row_goes_without_it() throws SQLException {
        a.exec("UPDATE item SET price = 6 WHERE id = 50");
        a.exec("BEGIN; UPDATE item SET price = 7 WHERE id = 50; INSERT INTO item VALUES (2, 200); COMMIT");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT price FROM item WHERE id = 50")).containsExactly("6");
        assertThat(pushed.problems()).extracting(Problem::recordId).containsExactly("2");
        assertThat(states()).isEqualTo("50:pending0p 2:pending1");
    }

    @Test
    void a_fault_that_a_waiting_transaction_has_itself_is_its_own() throws SQLException {
        a.exec("INSERT INTO item VALUES (1, 200)");
        a.exec("INSERT INTO part VALUES (10, 1)");
        a.push();
        fleet.hub()
                .exec("ALTER TABLE item DROP CONSTRAINT cheap; ALTER TABLE part ADD CONSTRAINT never CHECK (id <> 10)");
        PushResult pushed = a.push();

        assertThat(fleet.onHub("SELECT id FROM item WHERE id = 1")).containsExactly("1");
        assertThat(pushed.problems()).extracting(Problem::recordId).containsExactly("10");
        assertThat(states()).isEqualTo("10:pending1");
    }

    @Test
    void many_bad_rows_hold_back_only_themselves() throws SQLException {
        for (int i = 100; i < 140; i++) {
            a.exec("INSERT INTO item VALUES (" + i + ", " + (i % 4 == 0 ? 500 : 5) + ")");
        }
        PushResult pushed = a.push();

        assertThat(pushed.problems()).hasSize(10);
        assertThat(pushed.parked()).isEqualTo(10);
        assertThat(fleet.onHub("SELECT count(*) FROM item WHERE id >= 100")).containsExactly("30");
    }

    @Test
    void a_value_that_the_hubs_type_cannot_hold_is_blamed_on_its_row() throws SQLException {
        fleet.hub().exec("ALTER TABLE other ALTER name TYPE integer USING name::integer");
        a.exec("BEGIN; INSERT INTO other VALUES (1, '1'), (2, 'two'), (3, '3'); COMMIT");
        PushResult pushed = a.push();

        assertThat(pushed.problems()).extracting(Problem::table).contains("other");
        assertThat(a.rows(
                        "SELECT record_id FROM offsync.operation_queue WHERE retry_count > 0 AND table_name = 'other'"))
                .isSubsetOf("2");
    }
}
