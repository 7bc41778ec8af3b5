package dev.offsync.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.SyncResult;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an earlier version prepared and left behind, today's goes on with. */
class UpgradeTest {
    private static final String PRODUCTS = "SELECT id, name, stock FROM products ORDER BY id";

    static Stream<String> versions() throws IOException {
        try (Stream<Path> folders = Files.list(Path.of("src/test/resources/fixtures"))) {
            return folders.map(folder -> folder.getFileName().toString()).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_device_and_a_hub_of_an_earlier_version_go_on(String version) throws Exception {
        try (TestDatabase local = load(TestServers.device(), version, "local");
                TestDatabase hub = load(TestServers.hub(), version, "hub")) {
            local.exec("INSERT INTO orders (product_id, note) VALUES (2, 'before the upgrade')");
            var till = new Till(local, hub);
            till.init(null);
            local.exec("INSERT INTO orders (product_id, note) VALUES (2, 'after the upgrade')");
            SyncResult result = till.sync();
            assertThat(result.push().problems()).isEmpty();
            assertThat(result.push().pushed()).isEqualTo(4);
            assertThat(hub.rows("SELECT product_id, note FROM orders ORDER BY id"))
                    .containsExactly("3|sent", "1|pending", "2|before the upgrade", "2|after the upgrade");
            assertThat(local.rows(PRODUCTS))
                    .containsExactly("1|apples|11", "2|\\ \"pears\"|2.50", "3|plums|8", "4|the till's cherries|5");
            assertThat(hub.rows(PRODUCTS))
                    .containsExactly("1|apples|11", "2|\\ \"pears\"|2.50", "3|plums|8", "4|the hub's cherries|1");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void nothing_that_was_kept_is_lost(String version) throws Exception {
        try (TestDatabase local = load(TestServers.device(), version, "local");
                TestDatabase hub = load(TestServers.hub(), version, "hub")) {
            new Till(local, hub).init(null);
            assertThat(local.rows("SELECT table_name, operation_type, status FROM offsync.operation_queue ORDER BY id"))
                    .containsExactly(
                            "products|INSERT|completed",
                            "orders|INSERT|completed",
                            "products|INSERT|conflict",
                            "products|UPDATE|pending",
                            "orders|INSERT|pending");
            assertThat(local.rows("SELECT table_name, record_id, conflict_type, resolved FROM offsync.conflict_log"))
                    .containsExactly("products|4|insert_insert|f");
            assertThat(local.scalar("SELECT config_value FROM offsync.sync_config WHERE config_key = 'retention'"))
                    .isEqualTo("30d");
            assertThat(local.rows("SELECT table_name, resolution_strategy FROM offsync.conflict_resolution_rules"))
                    .containsExactly("orders|merge");
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_newer_schema_is_refused_on_either_side_and_left_as_it_is(String version) throws Exception {
        try (TestDatabase local = load(TestServers.device(), version, "local");
                TestDatabase hub = load(TestServers.hub(), version, "hub")) {
            var till = new Till(local, hub);
            till.init(null);
            for (TestDatabase newer : List.of(local, hub)) {
                newer.exec(
                        "UPDATE offsync.schema_version SET version = 99 WHERE version = (SELECT max(version) FROM offsync.schema_version)");
                for (ThrowingCallable attempt : List.<ThrowingCallable>of(till::sync, () -> till.init(null))) {
                    assertThatThrownBy(attempt)
                            .isInstanceOfSatisfying(OffsyncException.class, refused -> {
                                assertThat(refused.reason()).isEqualTo(Reason.NOT_INITIALISED);
                                assertThat(refused.hint()).contains("install");
                            })
                            .hasMessageContaining("version 99");
                }
                newer.exec(
                        "UPDATE offsync.schema_version SET version = 1 + (SELECT max(version) FROM offsync.schema_version WHERE version < 99) WHERE version = 99");
            }
            assertThat(till.sync().push().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_hub_of_the_next_release_serves_a_device_of_this_one(String version) throws Exception {
        try (TestDatabase local = load(TestServers.device(), version, "local");
                TestDatabase hub = load(TestServers.hub(), version, "hub")) {
            var till = new Till(local, hub);
            till.init(null);
            hub.exec("INSERT INTO offsync.schema_version (version, oldest_served)"
                    + " SELECT max(version) + 1, max(version) FROM offsync.schema_version");
            assertThat(till.sync().push().pushed()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("versions")
    void a_device_of_the_next_release_says_that_the_hub_comes_first(String version) throws Exception {
        try (TestDatabase local = load(TestServers.device(), version, "local");
                TestDatabase hub = load(TestServers.hub(), version, "hub")) {
            var till = new Till(local, hub);
            till.init(null);
            hub.exec(
                    "DELETE FROM offsync.schema_version WHERE version = (SELECT max(version) FROM offsync.schema_version)");
            assertThatThrownBy(till::sync)
                    .isInstanceOfSatisfying(OffsyncException.class, refused -> {
                        assertThat(refused.reason()).isEqualTo(Reason.NOT_INITIALISED);
                        assertThat(refused.hint()).contains("offsync init --hub-only");
                    })
                    .hasMessageContaining("older offsync");
        }
    }

    private static TestDatabase load(ServerAddress server, String version, String side)
            throws SQLException, IOException {
        TestDatabase database = TestDatabases.create(server);
        try (InputStream sql = Objects.requireNonNull(
                UpgradeTest.class.getResourceAsStream("/fixtures/" + version + "/" + side + ".sql"))) {
            database.exec(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        }
        return database;
    }
}
