package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.RunningJar;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code kill -9} while a run is at work: the next one goes on, nothing is lost and nothing happens twice. */
@Tag("guarantee-5")
class KilledRunIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    @AutoClose
    private final FaultProxy link = FaultProxy.before(fleet.hub().address());

    private final Device till = fleet.till().reaching(link.address());

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till).countingEffectsOn("sensor_data");
        Fleet.countEffects(till.database(), "products");
    }

    @Test
    void a_push_killed_while_it_uploads_is_sent_by_the_next() throws SQLException {
        readings();
        try (var hub = holding(fleet.hub(), "LOCK TABLE offsync.upload_1 IN ACCESS EXCLUSIVE MODE")) {
            killedWhenHeldUpIn(fleet.hub(), "push");
            hub.connection().rollback();
        }
        assertThat(till.scalar("SELECT DISTINCT status FROM offsync.operation_queue"))
                .isEqualTo("processing");
        assertTheNextPushCompletes();
    }

    @Test
    void a_push_killed_while_the_hub_applies_it_ends_there_without_it() throws SQLException {
        readings();
        try (var hub = holding(fleet.hub(), "LOCK TABLE sensor_data IN EXCLUSIVE MODE")) {
            killedWhenHeldUpIn(fleet.hub(), "push");
            hub.connection().rollback();
        }
        assertTheNextPushCompletes();
    }

    @Test
    void a_push_killed_while_the_hub_applies_it_is_waited_for_by_the_next() throws SQLException {
        readings();
        try (var hub = holding(fleet.hub(), "LOCK TABLE sensor_data IN EXCLUSIVE MODE")) {
            killedWhenHeldUpIn(fleet.hub(), "push");
            try (var next = till.start("push", "--json")) {
                Eventually.until("two runs that wait", () -> heldUp() == 2);
                hub.connection().rollback();
                assertThat(Device.end(next).exitCode()).isZero();
            }
        }
        assertEveryReadingIsThereOnce();
    }

    @Test
    void a_push_killed_after_the_hub_committed_it_is_not_sent_again() throws SQLException {
        readings();
        try (var push = till.start("push")) {
            try (var hub = holding(fleet.hub(), "LOCK TABLE sensor_data IN EXCLUSIVE MODE")) {
                Eventually.untilARunIsHeldUpIn(fleet.hub());
                link.fallSilent();
                hub.connection().rollback();
            }
            Eventually.until("the commit on the hub", () -> !"0".equals(fleet.scalar("SELECT count(*) FROM effect")));
            kill(push);
        }
        link.cutNow().speak();
        assertTheNextPushCompletes();
    }

    @Test
    void a_pull_killed_while_it_downloads_is_done_by_the_next() throws SQLException {
        catalogue();
        try (var hub = holding(fleet.hub(), "LOCK TABLE products IN ACCESS EXCLUSIVE MODE")) {
            killedWhenHeldUpIn(fleet.hub(), "pull");
            hub.connection().rollback();
        }
        assertTheNextPullCompletes();
    }

    @Test
    void a_pull_killed_while_it_applies_is_done_by_the_next() throws SQLException {
        catalogue();
        try (var local = holding(till.database(), "LOCK TABLE products IN EXCLUSIVE MODE")) {
            killedWhenHeldUpIn(till.database(), "pull");
            local.connection().rollback();
        }
        assertThat(till.scalar("SELECT count(*) FROM products")).isEqualTo("0");
        assertTheNextPullCompletes();
    }

    @Test
    void a_pull_killed_after_the_hub_recorded_it_is_done_by_the_next() throws SQLException {
        catalogue();
        try (var pull = till.start("pull");
                var hub = fleet.hub().open()) {
            try (var local = holding(till.database(), "LOCK TABLE products IN EXCLUSIVE MODE")) {
                Eventually.untilARunIsHeldUpIn(till.database());
                hub.connection().setAutoCommit(false);
                hub.exec("SELECT FROM offsync.device FOR UPDATE");
                local.connection().rollback();
            }
            Eventually.untilARunIsHeldUpIn(fleet.hub());
            link.fallSilent();
            hub.connection().rollback();
            Eventually.until(
                    "the contact on the hub", () -> "1".equals(fleet.scalar("SELECT contact_seq FROM offsync.device")));
            kill(pull);
        }
        link.cutNow().speak();
        assertTheNextPullCompletes();
    }

    private void readings() throws SQLException {
        till.sql("INSERT INTO sensor_data (sensor_id) SELECT n FROM generate_series(1, 2000) AS n");
    }

    private void catalogue() throws SQLException {
        fleet.sql("INSERT INTO products (name) SELECT 'product ' || n FROM generate_series(1, 500) AS n");
    }

    private void assertTheNextPushCompletes() throws SQLException {
        Answer next = till.offsync("push", "--json");
        assertThat(next.exitCode()).as("%s", next).isZero();
        assertThat(next.number("remaining")).isZero();
        assertEveryReadingIsThereOnce();
    }

    private void assertEveryReadingIsThereOnce() throws SQLException {
        assertThat(fleet.rows("SELECT * FROM sensor_data ORDER BY id"))
                .isEqualTo(till.rows("SELECT * FROM sensor_data ORDER BY id"))
                .hasSize(2000);
        assertThat(fleet.rows("SELECT kind, count(*), count(DISTINCT id) FROM effect GROUP BY kind"))
                .containsExactly("INSERT|2000|2000");
        assertThat(till.rows("SELECT status, count(*) FROM offsync.operation_queue GROUP BY status"))
                .containsExactly("completed|2000");
    }

    private void assertTheNextPullCompletes() throws SQLException {
        Answer next = till.offsync("pull", "--json");
        assertThat(next.exitCode()).as("%s", next).isZero();
        assertThat(next.number("pulled")).isEqualTo(500);
        assertThat(till.rows("SELECT kind, count(*), count(DISTINCT id) FROM effect GROUP BY kind"))
                .containsExactly("INSERT|500|500");
        assertThat(till.inThisProcess("pull", "--json").number("pulled")).isZero();
    }

    private void killedWhenHeldUpIn(TestDatabase database, String command) throws SQLException {
        try (var running = till.start(command)) {
            Eventually.untilARunIsHeldUpIn(database);
            kill(running);
        }
    }

    private static void kill(RunningJar running) {
        running.kill();
        assertThat(running.await(Duration.ofMinutes(1)).exitCode()).isEqualTo(137);
    }

    private static Sql holding(TestDatabase database, String lock) throws SQLException {
        Sql session = database.open();
        session.connection().setAutoCommit(false);
        session.exec(lock);
        return session;
    }

    private long heldUp() throws SQLException {
        return Long.parseLong(fleet.scalar("""
                SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name LIKE 'offsync %' AND wait_event_type = 'Lock'
                """));
    }
}
