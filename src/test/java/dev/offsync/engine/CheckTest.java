package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.CheckResult;
import dev.offsync.model.Finding;
import dev.offsync.model.Finding.Severity;
import dev.offsync.model.Progress;
import dev.offsync.sync.Check;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each thing that check is to find, after somebody did it. */
class CheckTest {
    private static final String SCHEMA = """
            CREATE TABLE products (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, region text);
            CREATE TABLE logs (id integer PRIMARY KEY, note text) PARTITION BY RANGE (id);
            CREATE TABLE logs_1 PARTITION OF logs FOR VALUES FROM (0) TO (100);
            """;

    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared(SCHEMA);
        fleet.a().init("products", "logs");
        fleet.a().exec("INSERT INTO products (name) VALUES ('tea'); INSERT INTO logs VALUES (1, 'one')");
        fleet.a().sync();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_sound_device_has_no_error_and_check_leaves_no_trace() throws SQLException {
        String before = traces();
        CheckResult result = check();
        assertThat(errors(result)).isEmpty();
        assertThat(result.exitCode()).isZero();
        assertThat(result.passed())
                .anyMatch(what -> what.startsWith("local database: PostgreSQL"))
                .anyMatch(what -> what.startsWith("hub: PostgreSQL"))
                .anyMatch(what -> what.startsWith("disk: "))
                .anyMatch(what -> what.startsWith("clocks: "))
                .contains(
                        "capture: every trigger is there and enabled",
                        "a write to each table, rolled back here",
                        "a write to the hub, rolled back there",
                        "columns: as the last init found them, on both sides",
                        "key ranges: none runs out soon");
        assertThat(traces()).isEqualTo(before);
    }

    @Test
    @Tag("guarantee-1")
    void a_trigger_that_was_dropped_disabled_or_weakened_on_the_device_is_found_and_init_mends_it()
            throws SQLException {
        fleet.a().exec("""
                DROP TRIGGER offsync_insert ON products;
                ALTER TABLE products DISABLE TRIGGER offsync_update;
                ALTER TABLE products ENABLE TRIGGER offsync_delete;
                ALTER TABLE logs_1 DISABLE TRIGGER offsync_insert;
                """);

        CheckResult result = check();

        assertThat(result.exitCode()).isEqualTo(5);
        assertThat(errors(result))
                .containsExactlyInAnyOrder(
                        "local_trigger_missing", "local_trigger_disabled", "local_trigger_disabled", "not_captured");
        assertThat(codes(result, Severity.WARNING)).contains("local_trigger_weakened");
        assertThat(finding(result, "local_trigger_missing").message()).contains("offsync_insert", "products");
        assertThat(finding(result, "local_trigger_missing").hint()).contains("offsync init --tables products");

        fleet.a().init("products", "logs");
        assertThat(errors(check())).isEmpty();
    }

    @Test
    void a_trigger_that_was_switched_off_on_the_hub_is_found_and_init_mends_it() throws SQLException {
        fleet.hub().exec("""
                ALTER TABLE products DISABLE TRIGGER ALL;
                DROP TRIGGER offsync_row ON products;
                """);
        CheckResult result = check();
        assertThat(errors(result)).contains("hub_trigger_missing", "hub_trigger_disabled");
        assertThat(finding(result, "hub_trigger_missing").hint()).contains("init --hub-only --tables products");

        fleet.a().init("products");
        assertThat(errors(check())).isEmpty();
    }

    @Test
    void capture_that_captures_nothing_is_found_by_the_write_alone() throws SQLException {
        fleet.a().exec("""
                CREATE OR REPLACE FUNCTION offsync.capture_1_0_delete() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN RETURN NULL; END'
                """);
        assertThat(errors(check())).containsExactly("not_captured");
    }

    @Test
    void a_write_that_fails_is_found_with_what_the_server_says() throws SQLException {
        fleet.a().exec("ALTER TABLE offsync.journal RENAME COLUMN key TO clef");
        assertThat(finding(check(), "local_write").message()).contains("products");
        fleet.a().exec("ALTER TABLE offsync.journal RENAME COLUMN clef TO key");
        fleet.hub().exec("ALTER TABLE offsync.push RENAME TO shove");
        assertThat(finding(check(), "hub_write").message()).contains("offsync.push");
    }

    @Test
    void a_partition_that_came_later_draws_advice() throws SQLException {
        fleet.a().exec("CREATE TABLE logs_2 PARTITION OF logs FOR VALUES FROM (100) TO (200)");
        CheckResult result = check();
        assertThat(errors(result)).isEmpty();
        assertThat(finding(result, "late_partition").severity()).isEqualTo(Severity.ADVICE);
    }

    @Test
    @Tag("guarantee-18")
    void columns_that_drifted_are_an_error_with_table_and_column() throws SQLException {
        fleet.hub().exec("ALTER TABLE products ADD COLUMN colour text");
        Finding drift = finding(check(), "schema_drift");
        assertThat(drift.severity()).isEqualTo(Severity.ERROR);
        assertThat(drift.message()).contains("colour", "products", "on the hub");
    }

    @Test
    @Tag("guarantee-16")
    void clocks_further_apart_than_max_clock_skew_draw_a_warning() throws SQLException {
        fleet.a().exec("INSERT INTO offsync.sync_config VALUES ('max_clock_skew', '1s')");
        skewTheHub("2 hours");

        Finding skew = finding(check(), "clock_skew");
        assertThat(skew.severity()).isEqualTo(Severity.WARNING);
        assertThat(skew.message()).contains("behind the hub's", "max_clock_skew allows 1 s");
        var push = fleet.a().push();
        assertThat(push.problems()).extracting("code").containsExactly("clock_skew");
        assertThat(push.exitCode()).isZero();
        assertThat(fleet.a().pull().problems()).extracting("code").containsExactly("clock_skew");
    }

    @Test
    @Tag("guarantee-14")
    void a_range_that_runs_out_draws_a_warning_and_an_empty_one_is_an_error() throws SQLException {
        fleet.a().exec("ALTER SEQUENCE products_id_seq RESTART WITH 1000080000");
        assertThat(finding(check(), "id_range_low").hint()).contains("offsync sync");
        fleet.a().exec("SELECT setval('products_id_seq', 1000099999)");
        assertThat(errors(check())).containsExactly("id_range_empty");
    }

    @Test
    @Tag("guarantee-14")
    void keys_of_the_hub_that_come_near_the_devices_draw_a_warning() throws SQLException {
        fleet.hub().exec("INSERT INTO products (id, name) OVERRIDING SYSTEM VALUE VALUES (890000000, 'far')");
        assertThat(codes(check(), Severity.WARNING)).doesNotContain("hub_keys_near_ranges");
        fleet.hub().exec("INSERT INTO products (id, name) OVERRIDING SYSTEM VALUE VALUES (910000000, 'near')");
        assertThat(finding(check(), "hub_keys_near_ranges").message())
                .contains("column \"id\" of table products", "910000000", "1000000000");
    }

    @Test
    @Tag("guarantee-9")
    void a_filter_without_a_policy_draws_a_warning() throws SQLException {
        fleet.a().initWhere(Map.of("products", "region = 'north'"), "products");
        assertThat(codes(check(), Severity.WARNING)).contains("filter_without_policy");

        fleet.hub().exec("ALTER TABLE products ENABLE ROW LEVEL SECURITY");
        assertThat(codes(check(), Severity.WARNING))
                .doesNotContain("filter_without_policy")
                .contains("policy_without_effect");
    }

    /** LATIN1 has no sign for the euro. */
    @Test
    @Tag("guarantee-3")
    void databases_that_keep_texts_otherwise_draw_a_warning_and_sync_what_both_can_hold() throws SQLException {
        try (TestDatabase latin = TestDatabases.createAs(TestServers.device(), "LATIN1")) {
            latin.exec(SCHEMA);
            var device = new Device("latin", latin, fleet.hub().url());
            assertThat(device.init("products").problems()).extracting("code").containsExactly("encoding");
            assertThat(codes(new Check(device.settings(), Progress.NONE).run(), Severity.WARNING))
                    .contains("encoding");
            assertThat(codes(check(), Severity.WARNING)).doesNotContain("encoding");

            device.exec("INSERT INTO products (name) VALUES ('Käse')");
            device.sync();
            assertThat(fleet.onHub("SELECT name FROM products")).contains("Käse");
            fleet.hub().exec("UPDATE products SET name = 'Käse, 3 €' WHERE name = 'Käse'");
            assertThatThrownBy(device::pull)
                    .isInstanceOfSatisfying(OffsyncException.class, refused -> assertThat(refused.hint())
                            .contains("UTF8"));
            assertThat(device.rows("SELECT name FROM products")).contains("Käse");
        }
    }

    @Test
    @Tag("guarantee-3")
    void databases_that_keep_texts_in_the_same_other_way_work_as_any() throws SQLException {
        try (TestDatabase hub = TestDatabases.createAs(TestServers.hub(), "LATIN1");
                TestDatabase latin = TestDatabases.createAs(TestServers.device(), "LATIN1");
                var device = new Device("latin", latin, hub.url())) {
            hub.exec(SCHEMA);
            latin.exec(SCHEMA);
            assertThat(device.init("products").problems()).isEmpty();
            device.exec("INSERT INTO products (name) VALUES ('Käse')");
            device.sync();
            assertThat(hub.rows("SELECT name FROM products")).containsExactly("Käse");
        }
    }

    @Test
    @Tag("guarantee-8")
    void roles_without_rights_are_told_the_grants_that_they_need() throws SQLException {
        try (PlainDevice plain = PlainDevice.join(fleet.hub(), SCHEMA, "products")) {
            plain.device().exec("""
                    CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
                    CREATE TRIGGER noted AFTER INSERT ON products EXECUTE FUNCTION noted();
                    """);
            assertThat(plain.device().init("products").problems())
                    .extracting("code", "hint")
                    .containsExactly(tuple(
                            "replication_role",
                            "as a superuser of the local server:"
                                    + " GRANT SET ON PARAMETER session_replication_role TO " + plain.role()));
            plain.hub().exec("REVOKE UPDATE, DELETE ON products FROM " + plain.role());
            CheckResult result = new Check(plain.device().settings(), Progress.NONE).run();
            Finding silence = finding(result, "replication_role");
            assertThat(silence.severity()).isEqualTo(Severity.WARNING);
            assertThat(silence.hint()).contains("GRANT SET ON PARAMETER session_replication_role TO " + plain.role());
            assertThat(finding(result, "hub_privilege").message()).contains("lacks UPDATE, DELETE", "products");
            assertThat(finding(result, "hub_privilege").hint())
                    .isEqualTo("GRANT UPDATE, DELETE ON \"public\".\"products\" TO \"" + plain.role() + "\"");
            assertThat(codes(result, Severity.ADVICE)).contains("hub_sessions_hidden");
            assertThat(errors(result)).containsExactly("hub_privilege");
        }
    }

    @Test
    void a_hub_that_is_down_is_an_error_and_the_device_is_looked_at_all_the_same() throws SQLException {
        fleet.a().exec("DROP TRIGGER offsync_insert ON products");
        var cut = new Device("a", fleet.a().database(), "postgresql://nobody@localhost:1/none");
        CheckResult result = new Check(cut.settings(), Progress.NONE).run();
        assertThat(errors(result)).containsExactlyInAnyOrder("local_trigger_missing", "offline");
        assertThat(result.exitCode()).isEqualTo(5);
    }

    @Test
    void a_revoked_device_is_an_error() throws SQLException {
        fleet.hub().exec("UPDATE offsync.device SET revoked_at = now()");
        assertThat(errors(check())).containsExactly("revoked");
    }

    @Test
    void a_database_that_was_never_prepared_is_no_finding_but_exit_10() throws SQLException {
        try (TestDatabase database = TestDatabases.create(TestServers.device())) {
            var device = new Device("x", database, fleet.a().hubUrl());
            assertThatThrownBy(() -> new Check(device.settings(), Progress.NONE).run())
                    .isInstanceOfSatisfying(
                            OffsyncException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_INITIALISED));
        }
    }

    @Test
    void every_finding_has_a_remedy() throws SQLException {
        fleet.hub().exec("ALTER TABLE products DISABLE TRIGGER ALL; ALTER TABLE logs ADD COLUMN colour text");
        fleet.a().exec("DROP TRIGGER offsync_insert ON products");
        assertThat(check().findings())
                .allSatisfy(
                        finding -> assertThat(finding.hint()).as("%s", finding).isNotBlank());
    }

    private void skewTheHub(String interval) throws SQLException {
        fleet.hub().exec("""
                CREATE SCHEMA IF NOT EXISTS faketime;
                CREATE FUNCTION faketime.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS
                    $$ SELECT pg_catalog.clock_timestamp() + interval '%s' $$;
                GRANT USAGE ON SCHEMA faketime TO PUBLIC;
                ALTER FUNCTION offsync.hello(integer, uuid) SET search_path = faketime, pg_catalog, pg_temp;
                """.formatted(interval));
    }

    private String traces() throws SQLException {
        return fleet.a().rows("SELECT * FROM offsync.journal ORDER BY id").toString()
                + fleet.a().rows("SELECT * FROM products")
                + fleet.a().rows("SELECT * FROM offsync.device")
                + fleet.onHub("SELECT * FROM offsync.device")
                + fleet.onHub("SELECT * FROM offsync.row_1");
    }

    private CheckResult check() {
        return new Check(fleet.a().settings(), Progress.NONE).run();
    }

    private static List<String> errors(CheckResult result) {
        return codes(result, Severity.ERROR);
    }

    private static List<String> codes(CheckResult result, Severity severity) {
        return result.findings().stream()
                .filter(finding -> finding.severity() == severity)
                .map(Finding::code)
                .toList();
    }

    private static Finding finding(CheckResult result, String code) {
        return result.findings().stream()
                .filter(finding -> finding.code().equals(code))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + code + " in " + result));
    }
}
