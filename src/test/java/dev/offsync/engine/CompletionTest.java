package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Use;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the device notes after the hub took a batch. */
class CompletionTest {
    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                "CREATE TABLE item (id integer PRIMARY KEY, name text)",
                "INSERT INTO item SELECT i, 'one' FROM generate_series(1, 30) AS i",
                "item");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    @Tag("guarantee-5")
    void a_row_that_a_person_settled_while_its_batch_was_in_flight_stands_in_nobodys_way() throws SQLException {
        a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                + " VALUES ('item', '*', 'manual')");
        a.exec("UPDATE item SET name = 'local' WHERE id = 1");
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id = 1");
        a.push();
        a.resolve(Use.LOCAL);
        // As if the run had died before it noted the hub's answer.
        a.exec("UPDATE offsync.batch SET completed_at = NULL WHERE id = (SELECT max(id) FROM offsync.batch)");
        fleet.settle();

        assertThat(fleet.onHub("SELECT name FROM item WHERE id = 1")).containsExactly("local");
        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT DISTINCT status FROM offsync.operation_queue"))
                .containsOnly("completed");
    }

    @Test
    @Tag("guarantee-12")
    void many_conflicts_at_once_are_all_logged_and_held() throws SQLException {
        a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                + " VALUES ('item', '*', 'manual')");
        a.exec("UPDATE item SET name = 'local'");
        a.exec("UPDATE item SET name = 'local again'");
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id <= 25");
        a.push();

        assertThat(a.conflicts()).hasSize(25).noneMatch(ConflictEntry::resolved);
        assertThat(a.rows("SELECT status, count(*) FROM offsync.operation_queue GROUP BY 1 ORDER BY 1"))
                .containsExactly("completed|10", "conflict|50");
        a.resolve(Use.LOCAL);
        fleet.settle();
        assertThat(fleet.onHub("SELECT DISTINCT name FROM item")).containsExactly("local again");
    }

    @Test
    void an_update_of_a_row_that_the_hub_lacks_rests_on_version_0() throws SQLException {
        a.exec("INSERT INTO item VALUES (40, 'new'); UPDATE item SET name = 'newer' WHERE id IN (1, 40)");
        assertThat(a.rows("SELECT record_id, operation_type, base_version FROM offsync.operation_queue ORDER BY id"))
                .containsExactlyInAnyOrder("40|INSERT|0", "1|UPDATE|1", "40|UPDATE|0");
    }
}
