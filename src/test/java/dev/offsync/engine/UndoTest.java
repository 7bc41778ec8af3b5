package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.Reason;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.UndoResult;
import dev.offsync.model.Use;
import dev.offsync.sync.Undo;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What lost a conflict can be had back, and the log tells how it came to lose. */
@Tag("guarantee-12")
class UndoTest {
    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                "CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric);"
                        + " CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item)",
                "INSERT INTO item VALUES (1, 'one', 1)",
                "item",
                "part");
        a = fleet.a();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void inConflict() throws SQLException {
        a.exec("UPDATE item SET name = 'local', price = 2");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        a.sync();
    }

    private void assertEverywhere(String... rows) throws SQLException {
        fleet.settle();
        String query = "SELECT * FROM item";
        assertThat(fleet.onHub(query)).containsExactly(rows);
        assertThat(a.rows(query)).containsExactly(rows);
        assertThat(fleet.b().rows(query)).containsExactly(rows);
    }

    private long last() {
        return a.conflicts().get(a.conflicts().size() - 1).id();
    }

    private void assertRefused(long id, String why) {
        assertThatThrownBy(() -> a.undo(id))
                .hasMessageContaining(why)
                .hasFieldOrPropertyWithValue("reason", Reason.USAGE);
    }

    @Test
    void the_local_row_comes_back_as_a_new_change_and_the_log_keeps_both() throws SQLException {
        inConflict();
        a.resolve(Use.REMOTE);
        assertEverywhere("1|remote|1");

        UndoResult undone = a.undo(1);
        assertThat(undone.brought()).isEqualTo("local");
        assertThat(a.rows("SELECT * FROM item")).containsExactly("1|local|2");
        assertEverywhere("1|local|2");
        assertThat(a.rows("SELECT local_data ->> 'name', remote_data ->> 'name', undone_at IS NOT NULL, undone_by <> ''"
                        + " FROM offsync.conflict_log"))
                .containsExactly("local|remote|t|t");
        assertRefused(1, "conflict 1 cannot be undone: it was undone already, ");
    }

    @Test
    void the_hubs_row_comes_back_before_and_after_the_decision_was_pushed() throws SQLException {
        inConflict();
        a.resolve(Use.LOCAL);
        a.undo(1);
        assertEverywhere("1|remote|1");
        a.exec("UPDATE item SET name = 'local again'");
        fleet.hub().exec("UPDATE item SET name = 'remote again'");
        a.sync();
        a.resolve(Use.LOCAL);
        assertEverywhere("1|local again|1");
        a.undo(last());
        assertEverywhere("1|remote again|1");
    }

    @Test
    void a_row_comes_back_that_lost_against_a_deletion() throws SQLException {
        a.exec("UPDATE item SET name = 'local'");
        fleet.hub().exec("DELETE FROM item");
        a.sync();
        a.resolve(Use.REMOTE);
        assertEverywhere();
        a.undo(1);
        assertEverywhere("1|local|1");
    }

    @Test
    void a_deletion_comes_back_that_lost_against_a_change() throws SQLException {
        a.exec("DELETE FROM item");
        fleet.hub().exec("UPDATE item SET name = 'remote'");
        a.sync();
        a.resolve(Use.REMOTE);
        assertEverywhere("1|remote|1");
        assertThat(a.undo(1).data()).isNull();
        assertEverywhere();
    }

    @Test
    void what_a_rule_decided_and_what_was_merged_can_be_undone_too() throws SQLException {
        a.exec("UPDATE offsync.conflict_resolution_rules SET resolution_strategy = 'remote_wins'");
        inConflict();
        assertEverywhere("1|remote|1");
        a.undo(1);
        assertEverywhere("1|local|2");
        a.exec("UPDATE offsync.conflict_resolution_rules SET resolution_strategy = 'manual'");
        a.exec("UPDATE item SET name = 'mine', price = 3");
        fleet.hub().exec("UPDATE item SET name = 'theirs'");
        a.sync();
        a.resolve(Use.MERGE, Map.of("name", "ours"));
        assertEverywhere("1|ours|3");
        a.undo(last());
        assertEverywhere("1|mine|3");
    }

    @Test
    void it_works_offline_and_a_dry_run_changes_nothing() throws SQLException {
        inConflict();
        a.resolve(Use.REMOTE);
        a.sync();
        var offline = new Device("a", a.database(), "postgresql://nobody@localhost:1/none");
        UndoResult planned = new Undo(offline.settings()).run(1, true);
        assertThat(planned.data()).hasToString("Row[values={id=1, name=local, price=2}]");
        assertThat(a.rows("SELECT name FROM item")).containsExactly("remote");
        offline.undo(1);
        assertThat(a.rows("SELECT name FROM item")).containsExactly("local");
        assertEverywhere("1|local|2");
    }

    @Test
    void it_is_refused_with_the_reason_where_it_cannot_be() throws SQLException {
        assertRefused(1, "there is no conflict 1");
        inConflict();
        assertRefused(1, "conflict 1 cannot be undone: it is not settled yet");
        a.resolve(Use.REMOTE);
        a.exec("UPDATE item SET name = 'local', price = 2");
        assertRefused(1, "conflict 1 cannot be undone: the row is as it would be again");
        fleet.hub().exec("UPDATE item SET name = 'third'");
        a.sync();
        assertRefused(1, "conflict 1 cannot be undone: the row is in conflict again");
        a.exec("DELETE FROM offsync.conflict_log WHERE id = 1");
        assertRefused(1, "there is no conflict 1");
    }

    @Test
    void a_row_that_no_longer_fits_is_refused_with_the_databases_reason() throws SQLException {
        fleet.hub().exec("INSERT INTO part VALUES (5, NULL)");
        fleet.settle();
        a.exec("UPDATE part SET item_id = 1");
        fleet.hub().exec("UPDATE part SET item_id = NULL, id = id; DELETE FROM part");
        a.sync();
        a.resolve(Use.REMOTE);
        a.exec("DELETE FROM item");
        assertRefused(1, "conflict 1 cannot be undone: insert or update on table \"part\" violates foreign key");
    }

    @Test
    void show_tells_who_changed_what_and_when_and_what_decided() throws SQLException {
        inConflict();
        ConflictDetail open = a.show(1);
        assertThat(open.device()).isEqualTo("a");
        assertThat(open.changedHere()).containsExactly("name", "price");
        assertThat(open.changedOnHub()).containsExactly("name");
        assertThat(open.clockSkewMs()).isNotNull();
        assertThat(open.localChangedAtDevice())
                .isEqualTo(open.conflict().localChangedAt().plusMillis(open.clockSkewMs()));
        assertThat(open.conflict().base()).isNotNull();
        assertThat(open.explanation()).isEqualTo("open: manual: a person decides");
        a.resolve(Use.REMOTE);
        assertThat(a.show(1).explanation())
                .isEqualTo(
                        "settled by " + System.getProperty("user.name") + " with remote: a person kept the hub's row");

        fleet.settle();
        a.exec("DELETE FROM offsync.conflict_resolution_rules");
        a.exec("UPDATE item SET name = 'local again'");
        fleet.hub().exec("SELECT pg_sleep(0.05); UPDATE item SET name = 'remote again'");
        a.sync();
        assertThat(a.show(last()).explanation())
                .startsWith(
                        "settled by rule with remote: by the setting conflict_resolution, lww: the hub's change of ");
    }
}
