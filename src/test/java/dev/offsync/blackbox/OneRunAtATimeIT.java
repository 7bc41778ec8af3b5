package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.RunningJar;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("guarantee-19")
class OneRunAtATimeIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till, "--tables", "products");
        till.sql("INSERT INTO products (name) VALUES ('tea')");
    }

    @Test
    void a_second_run_is_exit_11_and_names_the_first() throws SQLException {
        try (var hub = holdingProducts();
                var first = till.command("push").env("PGAPPNAME", "till").start()) {
            Eventually.untilARunIsHeldUpIn(fleet.hub());
            Answer second = till.offsync("pull", "--json");
            assertThat(second.exitCode()).as("%s", second).isEqualTo(11);
            assertThat(second.text("error.code")).isEqualTo("locked");
            assertThat(second.text("error.message")).contains("offsync push", "pid " + first.pid(), " on ");
            assertThat(second.text("error.hint")).contains("--lock-wait");

            hub.connection().rollback();
            assertThat(Device.end(first).exitCode()).isZero();
        }
        assertThat(till.inThisProcess("pull").exitCode()).isZero();
    }

    @Test
    void a_second_run_with_lock_wait_waits_for_the_first() throws SQLException {
        try (var hub = holdingProducts();
                var first = heldUp("push");
                var second = till.start("push", "--json", "--lock-wait", "60s")) {
            Eventually.until("the second run's session", () -> runs() == 2);
            hub.connection().rollback();
            assertThat(Device.end(first).exitCode()).isZero();
            Answer after = Device.end(second);
            assertThat(after.exitCode()).as("%s", after).isZero();
            assertThat(after.number("pushed")).isZero();
        }
    }

    @Test
    void status_reports_while_a_run_is_under_way() throws SQLException {
        try (var hub = holdingProducts();
                var first = heldUp("pull")) {
            assertThat(till.rows("SELECT sync_state FROM offsync.sync_status")).containsExactly("syncing");
            hub.connection().rollback();
            assertThat(Device.end(first).exitCode()).isZero();
        }
        assertThat(till.rows("SELECT sync_state FROM offsync.sync_status")).containsExactly("online");
    }

    @Test
    void the_lock_of_a_killed_run_is_free() throws SQLException {
        try (var hub = holdingProducts()) {
            try (var first = heldUp("push")) {
                first.kill();
                assertThat(first.await(Duration.ofMinutes(1)).exitCode()).isEqualTo(137);
            }
            hub.connection().rollback();
        }
        Answer next = till.offsync("push", "--json");
        assertThat(next.exitCode()).as("%s", next).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }

    private Sql holdingProducts() throws SQLException {
        Sql session = fleet.hub().open();
        session.connection().setAutoCommit(false);
        session.exec("LOCK TABLE products IN ACCESS EXCLUSIVE MODE");
        return session;
    }

    private RunningJar heldUp(String command) throws SQLException {
        RunningJar running = till.start(command);
        Eventually.untilARunIsHeldUpIn(fleet.hub());
        return running;
    }

    private int runs() throws SQLException {
        return till.rows("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'offsync push %'")
                .size();
    }
}
