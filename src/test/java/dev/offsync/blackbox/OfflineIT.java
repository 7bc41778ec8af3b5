package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.ServerAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A hub that is down, or that says nothing. */
class OfflineIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    @AutoClose
    private final FaultProxy link = FaultProxy.before(fleet.hub().address());

    private final Device till = fleet.till().reaching(link.address());

    @BeforeEach
    void join() {
        fleet.join(till);
    }

    @ParameterizedTest
    @ValueSource(strings = {"push", "pull", "sync"})
    @Tag("guarantee-5")
    void without_the_hub_a_run_is_exit_13_and_loses_nothing(String command) throws SQLException {
        till.sql("INSERT INTO products (name) VALUES ('tea'), ('coffee')");
        link.refuse();

        Answer offline = till.offsync(command, "--json");

        assertThat(offline.exitCode()).as("%s", offline).isEqualTo(13);
        assertThat(offline.text("error.code")).isEqualTo("offline");
        assertThat(offline.text("error.message")).contains("cannot reach the hub", "connection refused");
        assertThat(till.rows("SELECT sync_state, last_error LIKE 'cannot reach the hub at %' FROM offsync.sync_status"))
                .hasSize(4)
                .containsOnly("offline|t");
        assertThat(till.rows("SELECT status, retry_count FROM offsync.operation_queue"))
                .containsExactly("pending|0", "pending|0");

        link.accept();
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products ORDER BY id")).containsExactly("tea", "coffee");
        assertThat(till.rows("SELECT sync_state, last_error FROM offsync.sync_status"))
                .containsOnly("online|∅");
    }

    @Test
    void the_message_says_what_happened_and_what_follows_without_a_stack_trace() {
        link.refuse();
        Answer offline = till.offsync("sync");
        assertThat(offline.exitCode()).isEqualTo(13);
        assertThat(offline.stdout()).isEmpty();
        assertThat(offline.stderr())
                .startsWith("offsync: cannot reach the hub at 127.0.0.1:"
                        + link.address().port() + ": ")
                .contains("\nhint: nothing was lost")
                .doesNotContain("Exception", "\tat ");
    }

    @Test
    @Tag("guarantee-20")
    void a_hub_that_does_not_answer_costs_connect_timeout() throws SQLException, IOException {
        till.set("connect_timeout", "1");
        try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Device misled = till.reaching(at(silent.getLocalPort()));
            long start = System.nanoTime();
            Answer offline = misled.offsync("push", "--json");
            assertThat(offline.exitCode()).as("%s", offline).isEqualTo(13);
            assertThat(offline.text("error.message")).endsWith("no answer within 1 s");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(15));
        }
    }

    @Test
    @Tag("guarantee-20")
    void a_hub_that_falls_silent_in_a_run_costs_network_timeout() throws SQLException {
        till.set("network_timeout", "1");
        till.sql("INSERT INTO products (name) VALUES ('tea')");
        try (var hub = fleet.hub().open()) {
            hub.connection().setAutoCommit(false);
            hub.exec("LOCK TABLE products IN EXCLUSIVE MODE");
            try (var push = till.start("push", "--json")) {
                Eventually.untilARunIsHeldUpIn(fleet.hub());
                link.fallSilent();
                Answer broken = Device.end(push);
                assertThat(broken.exitCode()).as("%s", broken).isEqualTo(13);
                assertThat(broken.text("error.code")).isEqualTo("offline");
            }
            hub.connection().rollback();
        }
        link.speak();
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }

    @Test
    void status_tells_of_an_offline_device_and_still_answers() throws SQLException {
        till.sql("INSERT INTO products (name) VALUES ('tea')");
        link.refuse();
        till.offsync("push");

        Answer status = till.offsync("status", "--json");

        assertThat(status.exitCode()).as("%s", status).isZero();
        assertThat(status.json("online").booleanValue()).isFalse();
        assertThat(status.text("state")).isEqualTo("offline");
        assertThat(status.number("queue.pending")).isEqualTo(1);
        assertThat(status.text("last_error")).contains("cannot reach the hub");
        assertThat(status.json("last_push_at").isNull()).isTrue();
        assertThat(till.offsync("status", "--check", "--max-age", "7d").exitCode())
                .isIn(4, 13);
    }

    private ServerAddress at(int port) {
        return link.address().via("127.0.0.1", port);
    }
}
