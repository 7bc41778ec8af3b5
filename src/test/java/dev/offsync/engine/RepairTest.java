package dev.offsync.engine;

import static dev.offsync.engine.VerifyTest.PAST_CAPTURE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Direction;
import dev.offsync.model.Use;
import dev.offsync.model.VerifyResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** verify --repair: each kind of difference goes its way, and both sides are in line after it. */
class RepairTest {
    private static final String ITEMS = "SELECT i.*::text FROM item AS i ORDER BY id";

    private Fleet fleet;
    private Device a;

    private void prepare(String strategy) throws SQLException {
        fleet = Fleet.inStep(
                "CREATE TABLE item (id integer PRIMARY KEY, name text)",
                "INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three')",
                "item");
        a = fleet.a();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES (?)", strategy);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void convergedAs(String... rows) throws SQLException {
        fleet.settle();
        assertThat(fleet.onHub(ITEMS)).containsExactly(rows);
        assertThat(a.rows(ITEMS)).containsExactly(rows);
        assertThat(fleet.b().rows(ITEMS)).containsExactly(rows);
        assertThat(a.verify().total()).isZero();
        assertThat(fleet.b().verify().total()).isZero();
    }

    private void onHubPastItsTriggers(String sql) throws SQLException {
        fleet.hub()
                .exec("ALTER TABLE item DISABLE TRIGGER USER; " + sql + "; ALTER TABLE item ENABLE TRIGGER USER;"
                        + " ALTER TABLE item ENABLE REPLICA TRIGGER offsync_row");
    }

    @Test
    void a_row_missing_on_the_device_is_copied_from_the_hub() throws SQLException {
        prepare("manual");
        a.exec(PAST_CAPTURE + "DELETE FROM item WHERE id = 1");
        VerifyResult result = a.repair();
        assertThat(result.exitCode()).isZero();
        assertThat(result.repaired()).isTrue();
        assertThat(VerifyTest.differences(result)).containsExactly("MISSING_LOCAL item 1");
        assertThat(a.operations()).isEmpty();
        convergedAs("(1,one)", "(2,two)", "(3,three)");
    }

    @Test
    void a_row_that_the_hub_never_had_is_inserted_there() throws SQLException {
        prepare("manual");
        a.exec(PAST_CAPTURE + "INSERT INTO item VALUES (4, 'four')");
        assertThat(a.repair().exitCode()).isZero();
        assertThat(a.operations()).containsExactly("INSERT 4");
        convergedAs("(1,one)", "(2,two)", "(3,three)", "(4,four)");
    }

    @Test
    void a_row_that_was_deleted_on_the_hub_past_its_triggers_is_inserted_there_again() throws SQLException {
        prepare("manual");
        onHubPastItsTriggers("DELETE FROM item WHERE id = 1");
        assertThat(a.repair().exitCode()).isZero();
        convergedAs("(1,one)", "(2,two)", "(3,three)");
    }

    @Test
    void a_row_that_was_inserted_on_the_hub_past_its_triggers_comes_to_every_device() throws SQLException {
        prepare("manual");
        onHubPastItsTriggers("INSERT INTO item VALUES (4, 'four')");
        assertThat(a.repair().exitCode()).isZero();
        convergedAs("(1,one)", "(2,two)", "(3,three)", "(4,four)");
    }

    @Test
    void a_row_that_differs_waits_for_a_person_as_an_update_update_conflict_without_base() throws SQLException {
        prepare("manual");
        a.exec(PAST_CAPTURE + "UPDATE item SET name = 'zwei' WHERE id = 2");
        VerifyResult result = a.repair();
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.conflicts().detected()).isEqualTo(1);
        assertThat(result.openConflicts()).hasSize(1);
        ConflictEntry conflict = a.conflicts().get(0);
        assertThat(conflict.type()).isEqualTo("update_update");
        assertThat(conflict.base()).isNull();
        assertThat(conflict.local()).isNotNull();
        assertThat(conflict.remote()).isNotNull();
        assertThat(a.verify().exitCode()).isZero();

        fleet.hub().exec("UPDATE item SET name = 'deux' WHERE id = 2");
        a.sync();
        assertThat(fleet.onHub("SELECT name FROM item WHERE id = 2")).containsExactly("deux");
        a.resolve(Use.LOCAL);
        convergedAs("(1,one)", "(2,zwei)", "(3,three)");
    }

    @Test
    void a_rule_settles_a_row_that_differs_for_the_device() throws SQLException {
        prepare("local_wins");
        a.exec(PAST_CAPTURE + "UPDATE item SET name = 'zwei' WHERE id = 2");
        VerifyResult result = a.repair();
        assertThat(result.exitCode()).isZero();
        assertThat(result.conflicts().resolved()).isEqualTo(1);
        convergedAs("(1,one)", "(2,zwei)", "(3,three)");
    }

    @Test
    void a_rule_settles_a_row_that_differs_for_the_hub() throws SQLException {
        prepare("remote_wins");
        a.exec(PAST_CAPTURE + "UPDATE item SET name = 'zwei' WHERE id = 2");
        assertThat(a.repair().exitCode()).isZero();
        assertThat(a.conflicts()).singleElement().satisfies(conflict -> assertThat(conflict.resolved())
                .isTrue());
        convergedAs("(1,one)", "(2,two)", "(3,three)");
    }

    @Test
    void a_row_that_came_back_past_capture_after_its_deletion_is_for_a_decision() throws SQLException {
        prepare("manual");
        fleet.hub().exec("DELETE FROM item WHERE id = 3");
        fleet.settle();
        a.exec(PAST_CAPTURE + "INSERT INTO item VALUES (3, 'drei')");
        assertThat(a.repair().exitCode()).isEqualTo(3);
        assertThat(a.conflicts()).singleElement().satisfies(conflict -> assertThat(conflict.type())
                .isEqualTo("update_delete"));
        a.resolve(Use.REMOTE);
        convergedAs("(1,one)", "(2,two)");
    }

    @Test
    void what_is_pending_is_pushed_and_not_repaired() throws SQLException {
        prepare("manual");
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1");
        a.exec(PAST_CAPTURE + "DELETE FROM item WHERE id = 2");
        assertThat(a.repair().exitCode()).isZero();
        assertThat(a.conflicts()).isEmpty();
        convergedAs("(1,uno)", "(2,two)", "(3,three)");
    }

    @Test
    void a_table_that_is_only_pulled_becomes_what_the_hub_has() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        a = fleet.a();
        a.init(Direction.PULL, "item");
        fleet.b().init("item");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        fleet.settle();
        a.exec("ALTER TABLE item DISABLE TRIGGER USER; DELETE FROM item WHERE id = 1;"
                + "UPDATE item SET name = 'zwei' WHERE id = 2;"
                + "INSERT INTO item VALUES (3, 'three'); ALTER TABLE item ENABLE ALWAYS TRIGGER offsync_refuse");
        assertThat(a.verify().total()).isEqualTo(3);
        assertThat(a.repair().exitCode()).isZero();
        convergedAs("(1,one)", "(2,two)");
    }

    @Test
    void a_row_that_the_hub_lost_past_its_triggers_is_inserted_again_whatever_a_device_does_that_only_pulls()
            throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        a = fleet.a();
        a.init(Direction.PULL, "item");
        fleet.b().init("item");
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        fleet.settle();
        onHubPastItsTriggers("DELETE FROM item WHERE id = 1");
        assertThat(a.repair().exitCode()).isZero();
        assertThat(a.rows(ITEMS)).containsExactly("(2,two)");
        assertThat(fleet.b().rows(ITEMS)).containsExactly("(1,one)", "(2,two)");

        assertThat(fleet.b().repair().exitCode()).isZero();
        assertThat(fleet.b().conflicts()).isEmpty();
        convergedAs("(1,one)", "(2,two)");
    }

    @Test
    void parents_and_children_that_are_missing_come_together() throws SQLException {
        fleet = Fleet.of("""
                CREATE TABLE item (id integer PRIMARY KEY, name text);
                CREATE TABLE part (id integer PRIMARY KEY, item_id integer NOT NULL REFERENCES item);
                """, "item", "part");
        a = fleet.a();
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'); INSERT INTO part VALUES (10, 1)");
        fleet.settle();
        a.exec(PAST_CAPTURE + "DELETE FROM item; DELETE FROM part; INSERT INTO item VALUES (2, 'two');"
                + "INSERT INTO part VALUES (20, 2)");
        assertThat(a.repair().exitCode()).isZero();
        assertThat(fleet.onHub("SELECT p.*::text FROM part AS p ORDER BY id")).containsExactly("(10,1)", "(20,2)");
        convergedAs("(1,one)", "(2,two)");
    }

    @Test
    void a_table_emptied_past_capture_is_filled_again() throws SQLException {
        prepare("manual");
        fleet.hub().exec("INSERT INTO item SELECT i, 'n' || i FROM generate_series(100, 12000) AS i");
        fleet.settle();
        a.exec(PAST_CAPTURE + "DELETE FROM item; INSERT INTO item VALUES (4, 'four')");
        VerifyResult result = a.repair();
        assertThat(result.exitCode()).isZero();
        assertThat(result.total()).isEqualTo(11_905);
        assertThat(result.differences()).hasSize(VerifyResult.MOST_NAMED);
        a.sync();
        assertThat(a.verify().total()).isZero();
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("11905");
    }

    @Test
    void a_table_that_was_empty_when_it_was_last_analysed_is_gone_through_once() throws SQLException {
        prepare("manual");
        fleet.hub().exec("INSERT INTO item SELECT i, 'n' || i FROM generate_series(100, 12000) AS i");
        fleet.settle();
        a = fleet.a().cold();
        a.exec(PAST_CAPTURE + "DELETE FROM item");
        a.exec("ANALYZE item");
        assertThat(a.repair().exitCode()).isZero();

        assertThat(fleet.onHub("SELECT count(*) FROM item")).isEqualTo(a.rows("SELECT count(*) FROM item"));
        GrowthTest.awaitTheEndOfSessions(a.database());
        assertThat(a.rows("SELECT seq_tup_read < 100000 FROM pg_stat_user_tables WHERE relname = 'seen'"))
                .containsExactly("t");
    }
}
