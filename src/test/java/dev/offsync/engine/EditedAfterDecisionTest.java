package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Use;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is done to a row after a conflict on it was decided for the device, and before that has reached the hub. */
@Tag("guarantee-4")
@Tag("guarantee-12")
class EditedAfterDecisionTest {
    private static final String ITEMS = "SELECT * FROM item ORDER BY id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                "CREATE TABLE item (id integer PRIMARY KEY, name text, note text)",
                "INSERT INTO item VALUES (1, 'one', '-'), (2, 'two', '-')",
                "item");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void an_edit_after_a_persons_decision_is_what_the_hub_has_in_the_end() throws SQLException {
        a.rule("update_update", "manual");
        fleet.hub().exec("UPDATE item SET name = 'hub' WHERE id = 1");
        a.exec("UPDATE item SET name = 'device' WHERE id = 1");
        a.sync();
        a.resolve(Use.LOCAL);
        a.exec("UPDATE item SET name = 'later' WHERE id = 1");
        a.sync();
        assertThat(fleet.onHub(ITEMS)).isEqualTo(a.rows(ITEMS)).contains("1|later|-");
    }

    @Test
    void a_later_batch_of_a_row_goes_after_one_that_a_rule_sends_again() throws SQLException {
        a.rule("update_update", "local_wins");
        a.configure("batch_size", "1");
        fleet.hub().exec("UPDATE item SET name = 'hub' WHERE id = 1");
        a.exec("UPDATE item SET name = 'device' WHERE id = 1");
        a.exec("UPDATE item SET note = 'later' WHERE id = 1");
        a.sync();
        assertThat(fleet.onHub(ITEMS)).isEqualTo(a.rows(ITEMS)).contains("1|device|later");
    }

    @Test
    void a_deletion_in_a_later_batch_is_not_undone_by_one_that_is_sent_again() throws SQLException {
        a.rule("update_update", "local_wins");
        a.rule("update_delete", "local_wins");
        a.configure("batch_size", "1");
        fleet.hub().exec("UPDATE item SET name = 'hub' WHERE id = 1");
        a.exec("UPDATE item SET name = 'device' WHERE id = 1");
        a.exec("DELETE FROM item WHERE id = 1");
        a.sync();
        assertThat(fleet.onHub(ITEMS)).isEqualTo(a.rows(ITEMS)).containsExactly("2|two|-");
    }
}
