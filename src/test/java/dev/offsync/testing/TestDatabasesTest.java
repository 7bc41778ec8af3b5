package dev.offsync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TestDatabasesTest {
    @Test
    void a_database_is_of_postgresql_18() throws SQLException {
        try (var database = TestDatabases.create(TestServers.device())) {
            assertThat(database.scalar("SELECT version()")).startsWith("PostgreSQL 18.");
        }
    }

    @Test
    void device_and_hub_are_two_servers_with_the_settings_that_tests_need() throws SQLException {
        try (var device = TestDatabases.create(TestServers.device());
                var hub = TestDatabases.create(TestServers.hub())) {
            String identity = "SELECT system_identifier FROM pg_control_system()";
            assertThat(device.scalar(identity)).isNotEqualTo(hub.scalar(identity));
            for (var database : List.of(device, hub)) {
                assertThat(database.scalar("SHOW max_connections")).isEqualTo("200");
                assertThat(database.scalar("SHOW max_prepared_transactions")).isEqualTo("20");
                assertThat(database.scalar("SHOW wal_level")).isEqualTo("replica");
            }
        }
    }

    @Test
    void two_databases_do_not_see_each_other() throws SQLException {
        try (var one = TestDatabases.create(TestServers.device());
                var other = TestDatabases.create(TestServers.device())) {
            one.exec("CREATE TABLE t (id int)");
            assertThat(one.scalar("SELECT to_regclass('t')")).isEqualTo("t");
            assertThat(other.scalar("SELECT to_regclass('t')")).isNull();
        }
    }

    @Test
    void a_template_is_filled_once_and_cloned_each_time() throws SQLException {
        TestDatabases.Content content =
                sql -> sql.exec("CREATE TABLE t (id int, note text); INSERT INTO t VALUES (1, 'x'), (2, NULL)");
        try (var one = TestDatabases.create(TestServers.hub(), "two-rows", content);
                var other = TestDatabases.create(TestServers.hub(), "two-rows", content)) {
            one.exec("DELETE FROM t WHERE id = ?", 1);
            assertThat(one.rows("SELECT * FROM t ORDER BY id")).containsExactly("2|∅");
            assertThat(other.rows("SELECT * FROM t ORDER BY id")).containsExactly("1|x", "2|∅");
        }
    }

    @Test
    void a_dropped_database_is_gone_even_with_a_session_in_it() throws SQLException {
        TestDatabase database = TestDatabases.create(TestServers.device());
        try (var session = database.open()) {
            database.drop();
            assertThatThrownBy(() -> session.scalar("SELECT 1")).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(database::connect).isInstanceOf(SQLException.class).hasMessageContaining("does not exist");
    }
}
