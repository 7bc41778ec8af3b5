package dev.offsync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.testing.FaultProxy.Direction;
import java.sql.SQLException;
import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;

class FaultProxyTest {
    @AutoClose
    private final TestDatabase database = TestDatabases.create(TestServers.hub());

    @AutoClose
    private final FaultProxy proxy = FaultProxy.before(database.address());

    @BeforeEach
    void table() throws SQLException {
        database.exec("CREATE TABLE t (id int, filler text)");
    }

    @Test
    void a_faultless_proxy_passes_everything_on() throws SQLException {
        try (var sql = new Sql(proxy.address().connect())) {
            sql.exec("INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 10000) AS n");
            assertThat(sql.rows("SELECT id, filler FROM t")).hasSize(10_000);
        }
        assertThat(proxy.accepted()).isEqualTo(1);
        assertThat(proxy.cuts()).isZero();
    }

    @Test
    void latency_is_paid_in_both_directions() throws SQLException {
        try (var sql = new Sql(proxy.address().connect())) {
            proxy.latency(Duration.ofMillis(60));
            long begin = System.nanoTime();
            sql.scalar("SELECT 1");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(120));
        }
    }

    @Test
    void a_cut_after_bytes_breaks_the_answer_off() throws SQLException {
        try (var sql = new Sql(proxy.address().connect())) {
            proxy.cutAfterBytes(Direction.TO_CLIENT, 100_000);
            assertBroken(() -> sql.scalar("SELECT repeat('x', 200000)"));
        }
        assertThat(proxy.cuts()).isEqualTo(1);
    }

    @Test
    void a_cut_before_the_commit_arrives_undoes_the_transaction() throws SQLException {
        try (var sql = new Sql(proxy.address().connect())) {
            sql.connection().setAutoCommit(false);
            sql.exec("INSERT INTO t VALUES (1)");
            // parse, bind, execute of COMMIT, and no sync
            proxy.cutAfterMessages(Direction.TO_SERVER, 1);
            assertBroken(() -> sql.connection().commit());
        }
        assertThat(database.rows("SELECT id FROM t")).isEmpty();
    }

    @Test
    void a_cut_after_the_commit_has_arrived_loses_only_the_reply() throws SQLException {
        try (var sql = new Sql(proxy.address().connect())) {
            sql.connection().setAutoCommit(false);
            sql.exec("INSERT INTO t VALUES (1)");
            // at the first byte of the reply the transaction has been committed
            proxy.cutAfterBytes(Direction.TO_CLIENT, 1);
            assertBroken(() -> sql.connection().commit());
        }
        assertThat(database.rows("SELECT id FROM t")).containsExactly("1");
    }

    @Test
    void messages_are_counted_from_the_startup_on() throws SQLException {
        // the answer to the request for encryption, then the request to authenticate by SCRAM
        proxy.cutAfterMessages(Direction.TO_CLIENT, 2);
        assertBroken(() -> proxy.address().connect());
        assertThat(proxy.cuts()).isEqualTo(1);

        try (var sql = new Sql(proxy.address().connect())) {
            assertThat(sql.scalar("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void a_silent_link_is_noticed_only_by_a_timeout_and_goes_on_afterwards() throws SQLException {
        try (var slow = new Sql(proxy.address().connect());
                var patient = new Sql(proxy.address().connect())) {
            slow.connection().setNetworkTimeout(Runnable::run, 300);
            proxy.fallSilent();
            assertBroken(() -> slow.scalar("SELECT 1"));
            proxy.speak();
            assertThat(patient.scalar("SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void refused_connections_are_accepted_again_on_the_same_port() throws SQLException {
        try (var present = new Sql(proxy.address().connect())) {
            proxy.refuse();
            assertThatThrownBy(() -> proxy.address().connect()).hasMessageContaining("refused");
            assertThat(present.scalar("SELECT 1")).isEqualTo("1");
        }
        proxy.accept();
        proxy.address().connect().close();
    }

    @Test
    void present_connections_can_be_cut_at_once() throws SQLException {
        try (var sql = new Sql(proxy.address().connect())) {
            proxy.cutNow();
            assertBroken(() -> sql.scalar("SELECT 1"));
        }
    }

    private static void assertBroken(ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOfSatisfying(PSQLException.class, e -> assertThat(e.getSQLState())
                .startsWith("08"));
    }
}
