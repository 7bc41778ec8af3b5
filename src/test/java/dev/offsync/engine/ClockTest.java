package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Problem;
import dev.offsync.model.SyncResult;
import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The later change wins by the time at which it was made, whatever the device's clock shows. */
@Tag("guarantee-16")
class ClockTest {
    /** In 1971 and in 2038: the clock of a board without a battery, and one that somebody mistyped. */
    private static final String PAST = "-20000d";

    private static final String FUTURE = "+4400d";

    private static EmbeddedServer server;

    private TestDatabase hub;
    private Device a;

    @BeforeAll
    static void start() {
        assumeTrue(EmbeddedServer.canFakeTime(), "libfaketime is not installed");
        server = EmbeddedServer.withClock(Map.of("fsync", "off"));
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void prepare() throws SQLException {
        server.setClock("+0");
        hub = TestDatabases.create(TestServers.hub());
        hub.exec("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        TestDatabase local = TestDatabases.create(server.address());
        local.exec("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        a = new Device("a", local, hub.url());
        a.init("item");
        hub.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        a.sync();
    }

    @AfterEach
    void drop() throws SQLException {
        a.close();
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {PAST, FUTURE})
    void a_device_that_boots_in_another_century_is_corrected_and_warned(String offset) throws SQLException {
        server.setClock(offset);
        // further apart than the measurement of the skew can err
        hub.exec("UPDATE item SET name = 'hub first' WHERE id = 1; SELECT pg_sleep(0.5)");
        a.exec(
                "UPDATE item SET name = 'device later' WHERE id = 1; UPDATE item SET name = 'device first' WHERE id = 2");
        hub.exec("SELECT pg_sleep(0.5); UPDATE item SET name = 'hub later' WHERE id = 2");

        SyncResult result = a.sync();
        assertThat(result.push().problems()).extracting(Problem::code).containsExactly(Problem.CLOCK_SKEW);
        assertThat(result.exitCode()).isZero();
        assertThat(Math.abs(result.push().clockSkewMs())).isGreaterThan(4000L * 86_400_000);
        assertThat(a.rows("SELECT name FROM item ORDER BY id")).containsExactly("device later", "hub later");
        assertThat(hub.rows("SELECT name FROM item ORDER BY id")).containsExactly("device later", "hub later");
        assertThat(hub.rows("SELECT abs(clock_skew_ms) > 4000.0 * 86400000 FROM offsync.device"))
                .containsExactly("t");
    }

    @Test
    void a_clock_that_was_stepped_before_the_contact_cannot_date_a_change_before_the_last_one() throws SQLException {
        Instant before = Instant.now();
        server.setClock(PAST);
        a.exec("UPDATE item SET name = 'device' WHERE id = 1");
        server.setClock("+0");
        hub.exec("UPDATE item SET name = 'hub' WHERE id = 1");
        assertThat(a.sync().push().clockSkewMs()).isBetween(-5000L, 5000L);

        assertThat(hub.rows("SELECT name FROM item WHERE id = 1")).containsExactly("hub");
        ConflictEntry conflict = a.conflicts().get(0);
        assertThat(conflict.localChangedAt()).isBetween(before.minusSeconds(600), conflict.remoteChangedAt());
    }

    @Test
    void a_clock_that_was_stepped_back_before_the_contact_cannot_date_a_change_after_its_push() throws SQLException {
        server.setClock(FUTURE);
        a.exec("UPDATE item SET name = 'device' WHERE id = 1");
        server.setClock("+0");
        a.exec("UPDATE item SET name = 'device' WHERE id = 2");
        a.sync();
        assertThat(hub.rows("SELECT changed_at <= clock_timestamp() FROM offsync.row_1 ORDER BY k1"))
                .containsExactly("t", "t");

        hub.exec("UPDATE item SET name = 'hub later' WHERE id = 1");
        a.sync();
        assertThat(a.rows("SELECT name FROM item ORDER BY id")).containsExactly("hub later", "device");
    }

    @Test
    void what_waited_for_a_later_batch_or_run_is_dated_no_earlier_than_the_contact_before_it() throws SQLException {
        a.configure("batch_size", "1");
        server.setClock(PAST);
        for (int id = 11; id <= 14; id++) {
            a.exec("INSERT INTO item VALUES (?, 'device')", id);
        }
        server.setClock("+0");
        a.pull();
        a.push();
        assertThat(hub.rows("SELECT k1 FROM offsync.row_1 WHERE k1 > 10 AND changed_at > now() - interval '1 day'"))
                .containsExactlyInAnyOrder("11", "12", "13", "14");
    }
}
