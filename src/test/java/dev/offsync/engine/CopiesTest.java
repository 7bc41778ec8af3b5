package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.InitRequest;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Devices and hubs that are there twice, or as they were some time ago: each is noticed, and one command leads out. */
@Tag("guarantee-15")
class CopiesTest {
    private static final String SCHEMA = "CREATE TABLE item (id bigserial PRIMARY KEY, name text)";
    private static final String ITEMS = "SELECT i.*::text FROM item AS i ORDER BY id";

    @Test
    void the_second_copy_of_a_device_stops_and_becomes_a_device_of_its_own() throws SQLException {
        try (Fleet fleet = Fleet.of(SCHEMA, "item")) {
            Device a = fleet.a();
            a.exec("INSERT INTO item (name) VALUES ('before the copy')");
            a.sync();
            a.exec("INSERT INTO item (name) VALUES ('unsent at the copy')");
            try (Device copy =
                    new Device("a", a.database().backup(), fleet.hub().url())) {
                a.sync();
                copy.exec("INSERT INTO item (name) VALUES ('made on the copy')");
                assertStops(copy, Reason.CLONED_DEVICE, "offsync init --new-identity");
                assertStops(copy, Reason.CLONED_DEVICE, "offsync init --new-identity");

                String planned = InitRequest.of()
                        .newIdentity()
                        .dryRun(true)
                        .run(copy.settings())
                        .device();
                assertStops(copy, Reason.CLONED_DEVICE, "offsync init --new-identity");
                String first = copy.becomeAnother().device();
                assertThat(first).isNotEqualTo("a").isEqualTo(planned);
                copy.sync();
                a.sync();
                fleet.b().sync();
                copy.sync();
                assertThat(fleet.onHub("SELECT name FROM item")).contains("made on the copy", "unsent at the copy");
                assertThat(copy.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
                assertThat(a.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
                assertThat(fleet.b().rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
                copy.exec("INSERT INTO item (name) VALUES ('key of its own')");
                a.exec("INSERT INTO item (name) VALUES ('key of its own')");
                assertThat(copy.sync().exitCode()).isZero();
                assertThat(a.sync().exitCode()).isZero();
            }
        }
    }

    @Test
    void two_copies_on_one_host_get_names_of_their_own() throws SQLException {
        try (Fleet fleet = Fleet.of(SCHEMA, "item")) {
            fleet.a().sync();
            try (Device one = new Device(
                            "a", fleet.a().database().backup(), fleet.hub().url());
                    Device two = new Device(
                            "a", fleet.a().database().backup(), fleet.hub().url())) {
                fleet.a().sync();
                assertStops(one, Reason.CLONED_DEVICE, "offsync init --new-identity");
                assertStops(two, Reason.CLONED_DEVICE, "offsync init --new-identity");
                String name = one.becomeAnother().device();
                assertThat(two.becomeAnother().device()).isEqualTo(name + "-2");
                assertThat(one.sync().exitCode() + two.sync().exitCode()).isZero();
            }
        }
    }

    @Test
    void a_device_restored_from_an_older_backup_keeps_what_it_had_not_sent() throws SQLException {
        try (Fleet fleet = Fleet.of(SCHEMA, "item")) {
            Device a = fleet.a();
            fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three')");
            fleet.settle();
            a.exec("UPDATE item SET name = 'unsent' WHERE id = 1; INSERT INTO item VALUES (4, 'unsent')");
            TestDatabase backup = a.database().backup();
            a.exec("UPDATE item SET name = 'after the backup' WHERE id = 2; DELETE FROM item WHERE id = 3");
            fleet.settle();
            a.database().restore(backup);
            backup.close();

            assertStops(a, Reason.CLONED_DEVICE, "offsync init --new-identity");
            a.becomeAnother();
            assertThat(a.sync().exitCode()).isZero();
            assertThat(a.conflicts()).isEmpty();
            fleet.b().sync();
            assertThat(fleet.onHub(ITEMS)).containsExactly("(1,unsent)", "(2,\"after the backup\")", "(4,unsent)");
            assertThat(a.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
            assertThat(fleet.b().rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
        }
    }

    @Test
    void a_standby_that_lacked_the_last_commits_gets_them_back_from_the_devices() throws SQLException {
        try (EmbeddedServer primary = EmbeddedServer.inMemory(Map.of("fsync", "off"))) {
            TestDatabase hub = TestDatabases.create(primary.address());
            hub.exec(SCHEMA + "; INSERT INTO item VALUES (1, 'one'), (2, 'two')");
            Device a = device("a", hub);
            Device b = device("b", hub);
            try (EmbeddedServer standby = primary.standby()) {
                a.sync();
                b.sync();
                a.exec("UPDATE item SET name = 'on both' WHERE id = 1");
                a.sync();
                ReplicaTest.await(primary, standby);
                standby.stop();
                a.exec("UPDATE item SET name = 'lost' WHERE id = 2; INSERT INTO item VALUES (3, 'lost'), (4, 'lost')");
                a.sync();
                hub.exec("INSERT INTO item VALUES (5, 'written on the hub')");
                b.sync();
                primary.stopImmediately();
                standby.start();
                var promoted = new TestDatabase(
                        standby.address(),
                        standby.address().withDatabase(hub.address().database()));
                promoted.scalar("SELECT pg_promote()");
                Device later = new Device("a", a.database(), promoted.url());
                Device other = new Device("b", b.database(), promoted.url());

                assertBothBringBackWhatIsLost(promoted, later, other);
            } finally {
                a.close();
                b.close();
            }
        }
    }

    private static void assertBothBringBackWhatIsLost(TestDatabase hub, Device one, Device other) throws SQLException {
        assertStops(one, Reason.HUB_ROLLBACK, "offsync init --rejoin");
        one.rejoin();
        one.sync();
        assertStops(other, Reason.HUB_ROLLBACK, "offsync init --rejoin");
        other.rejoin();
        other.sync();
        one.sync();
        assertThat(hub.rows(ITEMS))
                .containsExactly("(1,\"on both\")", "(2,lost)", "(3,lost)", "(4,lost)", "(5,\"written on the hub\")")
                .isEqualTo(one.rows(ITEMS))
                .isEqualTo(other.rows(ITEMS));
        assertThat(one.conflicts()).isEmpty();
        assertThat(other.conflicts()).isEmpty();
    }

    private static Device device(String name, TestDatabase hub) throws SQLException {
        TestDatabase local = TestDatabases.create(TestServers.device());
        local.exec(SCHEMA);
        var device = new Device(name, local, hub.url());
        device.init("item");
        return device;
    }

    private static void assertStops(Device device, Reason reason, String wayOut) {
        assertThatThrownBy(device::sync).isInstanceOfSatisfying(OffsyncException.class, stop -> {
            assertThat(stop.reason()).isEqualTo(reason);
            assertThat(stop.hint()).contains(wayOut);
            assertThat(stop.reason().exitCode()).isEqualTo(14);
        });
    }
}
