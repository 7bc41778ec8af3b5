package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.PrometheusText;
import dev.offsync.testing.RunningJar;
import dev.offsync.testing.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exit codes provoked from outside, with the word and the code in the document. */
class ExitCodesIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @TempDir
    private Path directory;

    @BeforeEach
    void join() {
        fleet.join(till, "--tables", "products");
    }

    @Test
    void a_lock_that_is_held_is_11_and_a_database_never_prepared_is_10() throws SQLException {
        try (Sql other = till.database().open()) {
            other.rows("SELECT pg_advisory_lock(1868981875, 1)");
            Answer locked = till.offsync("push", "--json");
            assertThat(locked.exitCode()).as("%s", locked).isEqualTo(11);
            assertThat(locked.text("error.code")).isEqualTo("locked");
        }
        Answer never = fleet.van().offsync("push", "--json");
        assertThat(never.exitCode()).as("%s", never).isEqualTo(10);
        assertThat(never.text("error.code")).isEqualTo("not_initialised");
    }

    @Test
    @Tag("guarantee-5")
    void a_terminated_push_is_143_with_metrics_and_the_next_one_goes_on() throws SQLException, IOException {
        Path metrics = directory.resolve("offsync.prom");
        till.set("metrics_file", metrics.toString());
        till.sql("INSERT INTO products (name) VALUES ('tea')");
        try (Sql hub = holdingProducts();
                RunningJar push = till.start("push", "--json")) {
            Eventually.untilARunIsHeldUpIn(fleet.hub());
            push.terminate();
            Answer answer = Device.end(push);
            assertThat(answer.exitCode()).as("%s", answer).isEqualTo(143);
            assertThat(answer.number("exit_code")).isEqualTo(143);
            assertThat(answer.text("error.code")).isEqualTo("interrupted");
            hub.connection().rollback();
        }
        Map<String, Double> told = PrometheusText.parse(Files.readString(metrics));
        assertThat(told)
                .containsEntry("offsync_run_exit_code{command=push}", 143.0)
                .containsKeys("offsync_queue_operations{state=pending}", "offsync_conflicts_open");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(metrics);
        }
        assertThat(till.offsync("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }

    private Sql holdingProducts() throws SQLException {
        Sql session = fleet.hub().open();
        session.connection().setAutoCommit(false);
        session.exec("LOCK TABLE products IN ACCESS EXCLUSIVE MODE");
        return session;
    }
}
