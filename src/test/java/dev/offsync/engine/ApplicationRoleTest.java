package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The application's role has rights on its own tables and on nothing of offsync's. */
class ApplicationRoleTest {
    private TestDatabase database;
    private Device device;
    private Sql application;
    private String role;

    @BeforeEach
    void prepare() throws SQLException {
        database = TestDatabases.create(TestServers.device());
        role = "app_" + database.address().database();
        database.exec("CREATE TABLE item (id integer PRIMARY KEY, name text);"
                + "CREATE ROLE " + role + " LOGIN PASSWORD 'secret';"
                + "GRANT USAGE, CREATE ON SCHEMA public TO " + role + ";"
                + "GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON item TO " + role);
        device = Device.alone(database, "item");
        application = new Sql(database.address().withLogin(role, "secret").connect());
    }

    @AfterEach
    void drop() throws SQLException {
        application.close();
        database.exec("DROP OWNED BY " + role + "; DROP ROLE " + role);
        device.close();
    }

    @Test
    @Tag("guarantee-2")
    void it_writes_and_is_captured() throws SQLException {
        application.exec("INSERT INTO item VALUES (1, 'one')");
        application.exec("UPDATE item SET name = 'uno'");
        application.exec("DELETE FROM item");
        application.exec("INSERT INTO item VALUES (2, 'two')");
        application.exec("TRUNCATE item");

        assertThat(device.operations()).containsExactly("INSERT 1", "UPDATE 1", "DELETE 1", "INSERT 2", "DELETE 2");
    }

    @ParameterizedTest
    @Tag("guarantee-2")
    @ValueSource(
            strings = {
                "SELECT * FROM offsync.operation_queue",
                "SELECT * FROM offsync.journal",
                "DELETE FROM offsync.journal",
                "INSERT INTO offsync.applying SELECT pg_current_xact_id()",
                "SELECT nextval('offsync.operation_id')",
                "SELECT * FROM offsync.device",
                "UPDATE offsync.sync_config SET config_value = ''",
                "SELECT offsync.capture_1_0_insert()",
                "SELECT * FROM offsync.row_states()",
                "CREATE TABLE offsync.mine ()",
                "ALTER TABLE item DISABLE TRIGGER offsync_insert",
                "DROP TRIGGER offsync_insert ON item"
            })
    void it_can_neither_read_nor_touch_what_is_offsyncs(String attempt) {
        assertThatThrownBy(() -> application.exec(attempt))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("42501");
    }

    @Test
    @Tag("guarantee-1")
    void no_setting_switches_capture_off() throws SQLException {
        application.exec("SET search_path = pg_temp; SET offsync.applying = 'true'; SET row_security = off;"
                + " SET check_function_bodies = off; SET IntervalStyle = 'sql_standard'; SET statement_timeout = 0");
        application.exec("CREATE TEMP TABLE applying AS SELECT pg_current_xact_id() AS xid");
        application.exec("CREATE TEMP TABLE journal (xid xid8)");
        application.exec(
                "CREATE FUNCTION pg_temp.pg_current_xact_id() RETURNS xid8 LANGUAGE sql AS $$ SELECT '0'::xid8 $$");
        application.exec("INSERT INTO public.item VALUES (1, 'one')");

        assertThat(device.operations()).containsExactly("INSERT 1");
    }

    @Test
    @Tag("guarantee-2")
    void its_operators_and_functions_are_never_run_by_the_capture() throws SQLException {
        application.exec("CREATE FUNCTION evil(integer, integer) RETURNS boolean LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'ran as %', current_user; END $$");
        application.exec("CREATE OPERATOR public.= (LEFTARG = integer, RIGHTARG = integer, FUNCTION = evil)");
        application.exec("SET search_path = public, pg_catalog");
        application.exec("INSERT INTO item VALUES (1, 'one')");
        application.exec("UPDATE item SET name = 'uno'");

        assertThat(device.operations()).containsExactly("INSERT 1", "UPDATE 1");
    }
}
