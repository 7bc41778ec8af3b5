package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictType;
import dev.offsync.model.Direction;
import dev.offsync.model.Use;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hub forgets deletions, and nobody is the worse for it. */
@Tag("guarantee-9")
class TombstoneTest {
    private static final String ITEMS = "SELECT i.*::text FROM item AS i ORDER BY id";
    private static final String TOMBSTONES = "SELECT count(*) FROM offsync.row_1 WHERE deleted";
    private static final String UNDER_WAY = "SELECT pid, backend_xid FROM pg_stat_activity"
            + " WHERE backend_xid IS NOT NULL AND datname <> current_database()";

    private Fleet fleet;
    private Device a;
    private Device b;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                "CREATE TABLE item (id integer PRIMARY KEY, name text)",
                "INSERT INTO item SELECT i, 'n' || i FROM generate_series(1, 5) AS i",
                "item");
        a = fleet.a();
        b = fleet.b();
        fleet.hub().exec("UPDATE offsync.hub SET tend_every = '0'");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_deletion_that_every_device_has_confirmed_is_forgotten() throws SQLException {
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        a.sync();
        idle(a, 3);
        assertThat(fleet.onHub(TOMBSTONES)).containsExactly("1");

        b.sync();
        idle(b, 1);
        idle(a, 2);
        assertThat(fleet.onHub(TOMBSTONES)).containsExactly("0");
        assertThat(a.pull().full()).isFalse();
        assertThat(b.pull().pulled()).isZero();
        assertThat(b.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS)).hasSize(4);
    }

    @Test
    void nothing_is_forgotten_before_it_is_time() throws SQLException {
        fleet.hub().exec("UPDATE offsync.hub SET tend_every = '1 day', tended_at = now()");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        fleet.settle();
        fleet.settle();
        idle(a, 3);
        assertThat(fleet.onHub(TOMBSTONES)).containsExactly("1");
    }

    @Test
    void a_device_that_was_shut_out_or_only_sends_holds_nothing_back() throws SQLException {
        fleet.hub().exec("UPDATE offsync.device SET revoked_at = now() WHERE name = 'b'");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        idle(a, 4);
        assertThat(fleet.onHub(TOMBSTONES)).containsExactly("0");
    }

    @Test
    void a_device_away_for_longer_is_reconciled_without_zombies_and_keeps_its_own_work() throws SQLException {
        b.exec("UPDATE item SET name = 'mine' WHERE id = 1");
        b.exec("INSERT INTO item VALUES (10, 'new here')");
        b.exec("DELETE FROM item WHERE id = 3");
        fleet.hub().exec("DELETE FROM item WHERE id IN (1, 2, 3); UPDATE item SET name = 'changed' WHERE id = 4");
        forgetOldDeletions();

        assertThat(b.sync().pull().deleted()).isEqualTo(1);
        assertThat(b.rows(ITEMS)).containsExactly("(1,mine)", "(4,changed)", "(5,n5)", "(10,\"new here\")");
        assertThat(fleet.onHub(ITEMS)).containsExactly("(4,changed)", "(5,n5)", "(10,\"new here\")");
        assertThat(b.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.type()).isEqualTo(ConflictType.UPDATE_DELETE.word());
            assertThat(conflict.recordId()).isEqualTo("1");
            assertThat(conflict.remote()).isNull();
        });
        b.resolve(Use.LOCAL);
        assertThat(b.sync().exitCode()).isZero();
        a.sync();
        assertThat(fleet.onHub(ITEMS)).hasSize(4).contains("(1,mine)").isEqualTo(a.rows(ITEMS));
        assertThat(b.rows(ITEMS)).isEqualTo(a.rows(ITEMS));
        assertThat(b.pull().pulled()).isZero();
    }

    @Test
    void a_row_that_comes_again_is_not_taken_for_the_one_that_was_forgotten() throws SQLException {
        fleet.hub().exec("UPDATE item SET name = 'two' WHERE id = 1; UPDATE item SET name = 'three' WHERE id = 1");
        b.pull();
        b.exec("UPDATE item SET name = 'mine' WHERE id = 1");
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        forgetOldDeletions();
        fleet.hub().exec("INSERT INTO item VALUES (1, 'again')");
        fleet.hub().exec("UPDATE item SET name = 'again' || name WHERE id = 1");
        fleet.hub().exec("UPDATE item SET name = 'again' || name WHERE id = 1");
        b.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");

        assertThat(b.sync().exitCode()).isEqualTo(3);
        assertThat(b.conflicts()).singleElement().satisfies(conflict -> assertThat(conflict.type())
                .isEqualTo(ConflictType.UPDATE_UPDATE.word()));
        assertThat(fleet.onHub("SELECT version > 5 FROM offsync.row_1 WHERE k1 = 1"))
                .containsExactly("t");
    }

    @Test
    void a_device_knows_the_versions_of_what_it_inserts_above_the_floor() throws SQLException {
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        b.sync();
        forgetOldDeletions();
        assertThat(fleet.onHub("SELECT version_floor FROM offsync.tracked_table"))
                .containsExactly("2");

        a.exec("INSERT INTO item VALUES (1, 'again'), (11, 'eleven'); UPDATE item SET name = 'twice' WHERE id = 11");
        a.sync();
        assertThat(a.rows("SELECT k1, version FROM offsync.row_1 WHERE k1 IN (1, 11) ORDER BY k1"))
                .isEqualTo(fleet.onHub("SELECT k1, version FROM offsync.row_1 WHERE k1 IN (1, 11) ORDER BY k1"));
        a.exec("UPDATE item SET name = 'thrice' WHERE id = 11");
        assertThat(a.sync().push().conflicts().detected()).isZero();
        b.sync();
        assertThat(b.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void an_open_transaction_on_the_hub_delays_the_purge_and_loses_nothing() throws SQLException {
        fleet.hub().exec("DELETE FROM item WHERE id = 1");
        fleet.settle();
        try (Sql slow = fleet.hub().open()) {
            slow.exec("BEGIN");
            slow.exec("DELETE FROM item WHERE id = 2");
            idle(a, 3);
            idle(b, 2);
            idle(a, 3);
            slow.exec("COMMIT");
        }
        fleet.settle();
        assertThat(a.rows(ITEMS)).hasSize(3).isEqualTo(fleet.onHub(ITEMS));
        assertThat(b.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
    }

    @Test
    void a_device_that_was_away_reconciles_tables_without_a_change_of_their_own_too() throws SQLException {
        forgetOldDeletions();
        assertThat(b.sync().pull().pulled()).isZero();
        assertThat(b.scalar("SELECT reconcile FROM offsync.synced_table")).isEqualTo("no");
    }

    @Test
    void a_device_of_a_push_table_alone_holds_nothing_back() throws SQLException {
        Device sensor = new Device(
                "sensor",
                dev.offsync.testing.TestDatabases.create(dev.offsync.testing.TestServers.device()),
                fleet.hub().url());
        try (sensor) {
            fleet.hub().exec("CREATE TABLE reading (id integer PRIMARY KEY)");
            sensor.exec("CREATE TABLE reading (id integer PRIMARY KEY)");
            sensor.init(Direction.PUSH, "reading");
            fleet.hub().exec("DELETE FROM item WHERE id = 1");
            fleet.settle();
            idle(sensor, 1);
            idle(a, 2);
            idle(b, 1);
            idle(sensor, 1);
            idle(a, 3);
            assertThat(fleet.onHub(TOMBSTONES)).containsExactly("0");
        }
    }

    private void idle(Device device, int times) throws SQLException {
        for (int i = 0; i < times; i++) {
            awaitOtherTests();
            device.sync();
        }
    }

    /** A transaction in any database of the server keeps deletions there that are as young as it is. */
    private void awaitOtherTests() throws SQLException {
        var underWay = new HashSet<>(fleet.onHub(UNDER_WAY));
        while (!underWay.isEmpty()) {
            underWay.retainAll(fleet.onHub(UNDER_WAY));
        }
    }

    /** As if the device b had been away for longer than the hub keeps deletions. */
    private void forgetOldDeletions() throws SQLException {
        fleet.hub().exec("UPDATE offsync.hub SET tombstone_keep = '0'");
        idle(a, 4);
        assertThat(fleet.onHub(TOMBSTONES)).containsExactly("0");
    }
}
