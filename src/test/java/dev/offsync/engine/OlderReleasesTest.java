package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Finding;
import dev.offsync.model.Progress;
import dev.offsync.sync.Check;
import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The main job on older releases of PostgreSQL, and where device and hub have different ones. */
@Tag("guarantee-21")
@Order(5)
class OlderReleasesTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id bigserial PRIMARY KEY, code text UNIQUE, price numeric, at timestamptz, tags text[],
                               twice numeric GENERATED ALWAYS AS (price * 2) STORED);
            CREATE TABLE part (id integer PRIMARY KEY, item_id bigint REFERENCES item ON DELETE CASCADE, note jsonb);
            CREATE TABLE reading (sensor integer, at timestamptz, value float8, PRIMARY KEY (sensor, at))
                PARTITION BY RANGE (at);
            CREATE TABLE reading_1 PARTITION OF reading DEFAULT;
            """;

    @ParameterizedTest
    @ValueSource(strings = {"15", "16", "17"})
    void devices_and_hubs_of_different_releases_work_together(String major) throws SQLException {
        try (EmbeddedServer old = EmbeddedServer.ofRelease(major, Map.of("fsync", "off", "full_page_writes", "off"))) {
            work(old.address(), TestServers.device(), old.address());
            work(TestServers.hub(), old.address(), old.address());
        }
    }

    private static void work(ServerAddress hubServer, ServerAddress first, ServerAddress second) throws SQLException {
        try (TestDatabase hub = database(hubServer);
                Device a = new Device("a", database(first), hub.url());
                Device b = new Device("b", database(second), hub.url())) {
            a.init("item", "part", "reading");
            b.init("item", "part", "reading");
            var fleet = new Fleet(hub, a, b);
            hub.exec("INSERT INTO item (id, code, price) VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)");
            a.exec("INSERT INTO item (code, price, at, tags) VALUES ('d', 0.10, 'infinity', '{x,NULL}');"
                    + "INSERT INTO part VALUES (1, (SELECT max(id) FROM item), '{\"k\": null}');"
                    + "INSERT INTO reading SELECT 1, timestamptz '2026-01-01' + i * interval '1 day', i / 3.0"
                    + " FROM generate_series(1, 20) AS i");
            fleet.settle();

            a.exec("UPDATE item SET code = 'x' WHERE id = 1; UPDATE item SET code = 'a' WHERE id = 2;"
                    + " UPDATE item SET code = 'b' WHERE id = 1");
            b.exec("UPDATE item SET price = 30 WHERE id = 3; DELETE FROM part; TRUNCATE reading");
            hub.exec("UPDATE item SET price = 31 WHERE id = 3");
            b.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('local_wins')");
            fleet.settle();
            for (String table : new String[] {"item", "part", "reading"}) {
                String rows = "SELECT t.*::text FROM " + table + " AS t ORDER BY 1";
                assertThat(a.rows(rows)).isEqualTo(hub.rows(rows));
                assertThat(b.rows(rows)).isEqualTo(hub.rows(rows));
            }
            assertThat(hub.rows("SELECT code, price FROM item WHERE id <= 3 ORDER BY id"))
                    .containsExactly("b|1", "a|2", "c|30");
            assertThat(b.conflicts()).hasSize(1);
            assertThat(a.verify().exitCode()).isZero();
            assertThat(b.verify().exitCode()).isZero();
            assertThat(new Check(a.settings(), Progress.NONE).run().findings())
                    .noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
            assertThat(a.pull().pulled()).isZero();
        }
    }

    private static TestDatabase database(ServerAddress server) throws SQLException {
        TestDatabase database = TestDatabases.create(server);
        database.exec(SCHEMA);
        return database;
    }
}
