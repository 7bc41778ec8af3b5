package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Progress;
import dev.offsync.model.StatusReport;
import dev.offsync.sync.Status;
import dev.offsync.sync.StatusOptions;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The health that status --check tells by its exit code, and what holds changes back on the hub. */
class StatusCheckTest {
    private Fleet fleet;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(
                "CREATE TABLE products (id integer PRIMARY KEY, price integer CHECK (price > 0), name text UNIQUE)",
                "products");
        fleet.a().sync();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_device_in_step_is_0() {
        assertThat(check(null)).isZero();
    }

    @Test
    void without_check_status_is_0_whatever_it_reports() throws SQLException {
        fleet.a()
                .exec("ALTER TABLE products DROP CONSTRAINT products_price_check; INSERT INTO products VALUES (1, -1)");
        fleet.a().push();
        fleet.hub().exec("UPDATE offsync.device SET revoked_at = now()");
        StatusReport report = new Status(fleet.a().settings(), Progress.NONE).run(new StatusOptions(false, null));
        assertThat(report.exitCode()).isZero();
        assertThat(report.problems()).extracting("code").containsExactly("rejected", "revoked");
    }

    @Test
    void an_open_conflict_is_3() throws SQLException {
        fleet.a().exec("INSERT INTO products VALUES (1, 10, 'a')");
        fleet.hub().exec("INSERT INTO products VALUES (1, 20, 'hub')");
        fleet.a().sync();
        assertThat(check(null)).isEqualTo(3);
    }

    @Test
    void a_rejected_operation_is_4_also_beside_a_conflict() throws SQLException {
        fleet.a().exec("ALTER TABLE products DROP CONSTRAINT products_price_check");
        fleet.a().exec("INSERT INTO products VALUES (1, 10, 'a'), (2, -1, 'b')");
        fleet.hub().exec("INSERT INTO products VALUES (1, 20, 'hub')");
        fleet.a().sync();
        assertThat(check(null)).isEqualTo(4);
    }

    @Test
    void a_failed_operation_is_4() throws SQLException {
        fleet.a().exec("INSERT INTO offsync.sync_config VALUES ('max_retry_count', '1')");
        fleet.a()
                .exec("ALTER TABLE products DROP CONSTRAINT products_price_check; INSERT INTO products VALUES (1, -1)");
        fleet.a().sync();
        assertThat(check(null)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"59m, 4", "61m, 0"})
    void an_operation_pending_for_longer_than_max_age_is_4(String maxAge, int exitCode) throws SQLException {
        fleet.a().exec("INSERT INTO products VALUES (1, 10, 'a')");
        fleet.a().exec("UPDATE offsync.journal SET changed_at = now() - interval '1 hour'");
        assertThat(check(Duration.parse("PT" + maxAge))).isEqualTo(exitCode);
    }

    @ParameterizedTest
    @CsvSource({"59m, 4", "61m, 0"})
    void a_last_sync_longer_ago_than_max_age_is_4(String maxAge, int exitCode) throws SQLException {
        lastContact("1 hour");
        assertThat(check(Duration.parse("PT" + maxAge))).isEqualTo(exitCode);
    }

    @Test
    void max_age_defaults_to_three_times_sync_interval() throws SQLException {
        lastContact("14 minutes");
        assertThat(check(null)).isZero();
        lastContact("16 minutes");
        assertThat(check(null)).isEqualTo(4);
        fleet.a().exec("INSERT INTO offsync.sync_config VALUES ('sync_interval', '10m')");
        assertThat(check(null)).isZero();
    }

    @Test
    void a_device_that_never_synced_is_4() {
        assertThat(new Status(fleet.b().settings(), Progress.NONE)
                        .run(new StatusOptions(true, null))
                        .exitCode())
                .isEqualTo(4);
    }

    @Test
    void a_hub_out_of_reach_is_13() {
        var cut = new Device("a", fleet.a().database(), "postgresql://nobody@localhost:1/none");
        StatusReport report = new Status(cut.settings(), Progress.NONE).run(new StatusOptions(true, null));
        assertThat(report.exitCode()).isEqualTo(13);
        assertThat(report.state()).isEqualTo("offline");
    }

    @Test
    void a_revoked_device_is_12() throws SQLException {
        fleet.hub().exec("UPDATE offsync.device SET revoked_at = now()");
        assertThat(check(null)).isEqualTo(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"contact_seq - 1", "contact_seq + 2"})
    void a_hub_that_was_rolled_back_and_a_copied_device_are_14(String contacts) throws SQLException {
        fleet.hub().exec("UPDATE offsync.device SET contact_seq = " + contacts);
        assertThat(check(null)).isEqualTo(14);
    }

    @Test
    void another_hub_is_14() throws SQLException {
        fleet.hub().exec("UPDATE offsync.hub SET identity = gen_random_uuid()");
        assertThat(check(null)).isEqualTo(14);
    }

    @Test
    void an_old_transaction_on_the_hub_is_named() throws SQLException {
        try (Sql session = fleet.hub().open()) {
            session.exec("SET application_name = 'nightly report'");
            session.connection().setAutoCommit(false);
            session.exec("INSERT INTO products VALUES (9, 1)");
            assertThat(report().hubBlocker()).isNull();
            fleet.hub().exec("""
                    CREATE SCHEMA faketime;
                    CREATE VIEW faketime.pg_stat_activity AS
                        SELECT pid, datname, application_name, backend_xid, xact_start - interval '1 hour' AS xact_start
                        FROM pg_catalog.pg_stat_activity;
                    ALTER DATABASE %s SET search_path = faketime, pg_catalog, public;
                    """.formatted(fleet.hub().address().database()));
            assertThat(report().hubBlocker().application()).isEqualTo("nightly report");
            session.connection().rollback();
        }
    }

    private void lastContact(String ago) throws SQLException {
        fleet.a()
                .exec("UPDATE offsync.device SET last_push_at = now() - interval '" + ago
                        + "', last_pull_at = now() - interval '" + ago + "'");
    }

    private StatusReport report() {
        return new Status(fleet.a().settings(), Progress.NONE).run(new StatusOptions(false, null));
    }

    private int check(Duration maxAge) {
        return new Status(fleet.a().settings(), Progress.NONE)
                .run(new StatusOptions(true, maxAge))
                .exitCode();
    }
}
