package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.DeviceList;
import dev.offsync.model.RevokeResult;
import dev.offsync.sync.Devices;
import dev.offsync.sync.DevicesOptions;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hub knows of each device what its last contact left, and can shut one out. */
class DevicesTest {
    private static final DevicesOptions LIST = new DevicesOptions(false, null);

    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("CREATE TABLE t (id serial PRIMARY KEY, note text)", "t");
        fleet.hub().exec("ALTER TABLE t ADD CHECK (note <> 'bad')");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private static Devices devices(String hub) {
        return new Devices(TestSettings.of(null, hub));
    }

    private Devices devices() {
        return devices(fleet.hub().url());
    }

    private DeviceList.Device device(String name) {
        return devices().list(LIST).devices().stream()
                .filter(device -> device.device().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void every_contact_leaves_what_waits_on_the_device_its_version_and_its_skew() throws SQLException {
        assertThat(device("a").pending()).isNull();
        fleet.a().exec("INSERT INTO offsync.sync_config VALUES ('max_retry_count', '1')");
        fleet.a().exec("INSERT INTO t (note) VALUES ('bad'), ('fine')");
        fleet.a().push();
        fleet.a().pull();

        DeviceList.Device a = device("a");
        assertThat(a.failed()).isEqualTo(1);
        assertThat(a.pending()).isEqualTo(1);
        assertThat(a.conflictsOpen()).isZero();
        assertThat(a.clockSkewMs()).isNotNull();
        assertThat(a.offsyncVersion()).isEqualTo("development");
        assertThat(a.lastPullAt()).isNotNull();
        assertThat(a.lagMs()).isBetween(0L, 60_000L);
        assertThat(a.idRanges()).singleElement().satisfies(range -> assertThat(range.table() + "." + range.column())
                .isEqualTo("t.id"));
        assertThat(device("b").lastPullAt()).isNull();

        fleet.a().exec("DELETE FROM t WHERE note = 'bad'");
        fleet.a().sync();
        assertThat(device("a").failed()).isZero();
        assertThat(device("a").pending()).isZero();
    }

    @Test
    void a_device_that_was_not_heard_of_is_late() throws SQLException {
        fleet.a().sync();
        fleet.b().sync();
        fleet.hub().exec("UPDATE offsync.device SET last_contact_at = now() - interval '20 min' WHERE name = 'a'");
        DeviceList late = devices().list(new DevicesOptions(true, null));
        assertThat(late.exitCode()).isEqualTo(4);
        assertThat(late.late()).containsExactly("a");
        assertThat(devices().list(LIST).exitCode()).isZero();
        assertThat(devices().list(new DevicesOptions(true, Duration.ofHours(1))).exitCode())
                .isZero();
        devices().revoke("a");
        assertThat(devices().list(new DevicesOptions(true, null)).exitCode()).isZero();
    }

    @Test
    void the_local_database_knows_the_hubs_address() {
        Settings local = TestSettings.of(
                fleet.a().database().url(),
                null,
                Map.of("OFFSYNC_REMOTE_PASSWORD", fleet.hub().address().password()));
        assertThat(new Devices(local).list(LIST).devices()).hasSize(2);
    }

    @Test
    void a_local_database_out_of_reach_is_no_obstacle() {
        Settings settings = TestSettings.of(
                "postgresql://nobody@localhost:1/none", fleet.hub().url());
        assertThat(new Devices(settings).list(LIST).devices()).hasSize(2);
    }

    @Test
    @Tag("guarantee-22")
    void a_revoked_device_is_shut_out_at_its_next_contact_and_keeps_its_work() throws SQLException {
        RevokeResult revoked = devices().revoke("a");
        assertThat(revoked.already()).isFalse();
        RevokeResult again = devices().revoke("a");
        assertThat(again.already()).isTrue();
        assertThat(again.revokedAt()).isEqualTo(revoked.revokedAt());

        fleet.a().exec("INSERT INTO t (note) VALUES ('mine')");
        for (Runnable contact : new Runnable[] {fleet.a()::push, fleet.a()::pull, fleet.a()::sync}) {
            OffsyncException refusal = catchThrowableOfType(OffsyncException.class, contact::run);
            assertThat(refusal.reason()).isEqualTo(Reason.REVOKED);
            assertThat(refusal.reason().exitCode()).isEqualTo(12);
        }
        assertThat(fleet.a().states())
                .containsExactly("1 pending".replace("1 ", fleet.a().scalar("SELECT id FROM t") + " "));
        assertThat(fleet.onHub("SELECT * FROM t")).isEmpty();
        fleet.b().sync();
        assertThat(device("a").revokedAt()).isNotNull();
        assertThat(device("b").revokedAt()).isNull();
    }

    @Test
    void an_unknown_device_is_named_with_those_that_there_are() {
        OffsyncException refusal =
                catchThrowableOfType(OffsyncException.class, () -> devices().revoke("c"));
        assertThat(refusal.reason()).isEqualTo(Reason.USAGE);
        assertThat(refusal.hint()).contains("a, b");
    }

    @Test
    @Tag("guarantee-22")
    void only_an_administrator_revokes_and_sees_the_devices_of_others() throws SQLException {
        String suffix = fleet.hub().address().database().replaceAll("[^a-z0-9]", "");
        String clerk = "clerk_" + suffix;
        String chief = "chief_" + suffix;
        fleet.hub()
                .exec("CREATE ROLE " + clerk + " LOGIN PASSWORD 'x' IN ROLE offsync_device; CREATE ROLE " + chief
                        + " LOGIN PASSWORD 'x' IN ROLE offsync_admin");
        try {
            fleet.hub().exec("UPDATE offsync.device SET role_name = '" + clerk + "' WHERE name = 'b'");
            assertThat(devices(as(clerk)).list(LIST).devices())
                    .extracting(DeviceList.Device::device)
                    .containsExactly("b");
            OffsyncException refusal = catchThrowableOfType(
                    OffsyncException.class, () -> devices(as(clerk)).revoke("b"));
            assertThat(refusal.reason()).isEqualTo(Reason.PERMISSION);
            assertThat(refusal).hasMessageContaining("offsync_admin");
            assertThat(devices(as(chief)).list(LIST).devices()).hasSize(2);
            assertThat(devices(as(chief)).revoke("b").already()).isFalse();
        } finally {
            fleet.hub().exec("DROP ROLE " + clerk + ", " + chief);
        }
    }

    private String as(String role) {
        ServerAddress hub = fleet.hub().address();
        return "postgresql://" + role + ":x@" + hub.host() + ":" + hub.port() + "/" + hub.database();
    }
}
