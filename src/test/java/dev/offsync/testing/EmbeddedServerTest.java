package dev.offsync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EmbeddedServerTest {
    @Test
    void an_immediate_stop_is_a_crash_that_the_next_start_recovers_from() throws SQLException {
        var settings = Map.of("fsync", "on");
        try (var server = EmbeddedServer.start(settings)) {
            try (var sql = new Sql(server.address().connect())) {
                sql.exec("CREATE TABLE t (id int)");
                sql.exec("INSERT INTO t VALUES (1)");
                server.stopImmediately();
            }
            assertThatThrownBy(() -> server.address().connect()).isInstanceOf(SQLException.class);

            server.start();
            try (var sql = new Sql(server.address().connect())) {
                assertThat(sql.scalar("SHOW fsync")).isEqualTo("on");
                assertThat(sql.rows("SELECT id FROM t")).containsExactly("1");
            }
            assertThat(server.log()).contains("database system was not properly shut down");
        }
    }

    @Test
    void a_stop_in_order_needs_no_recovery() throws SQLException {
        try (var server = EmbeddedServer.start(Map.of())) {
            server.stop();
            server.start();
            try (var sql = new Sql(server.address().connect())) {
                assertThat(sql.scalar("SELECT 1")).isEqualTo("1");
            }
            assertThat(server.log()).doesNotContain("not properly shut down");
        }
    }
}
