package dev.offsync.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

class ConnectorTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @ParameterizedTest
    @EnumSource
    void a_server_that_answers_is_connected_to_under_the_given_name(Side side) throws SQLException {
        try (Connection connection = open(Endpoints.of(TestServers.hub()), side)) {
            assertThat(scalar(connection, "SELECT current_setting('application_name')"))
                    .isEqualTo("offsync-test");
            assertThat(scalar(connection, "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"))
                    .startsWith("SELECT query");
            assertThat(connection.getNetworkTimeout()).isZero();
        }
    }

    @Test
    void the_hubs_connection_prepares_nothing_by_name() throws SQLException {
        try (Connection connection = open(Endpoints.of(TestServers.hub()), Side.HUB)) {
            assertThat(connection.unwrap(PGConnection.class).getPrepareThreshold())
                    .isZero();
            for (int i = 0; i < 10; i++) {
                scalar(connection, "SELECT 1");
            }
            assertThat(scalar(connection, "SELECT count(*) FROM pg_prepared_statements"))
                    .isEqualTo("0");
        }
    }

    @Test
    void parameters_of_the_url_count_for_more_than_the_settings() throws SQLException {
        Endpoint endpoint = Endpoints.of(TestServers.hub());
        var named = new Endpoint(
                endpoint.hosts(),
                endpoint.database(),
                endpoint.user(),
                endpoint.password(),
                Map.of("application_name", "till-7", "options", "-c statement_timeout=12s"));
        try (Connection connection = open(named, Side.LOCAL)) {
            assertThat(scalar(connection, "SELECT current_setting('application_name')"))
                    .isEqualTo("till-7");
            assertThat(scalar(connection, "SHOW statement_timeout")).isEqualTo("12s");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_wrong_password_is_a_matter_of_permission(Side side) {
        ServerAddress server = TestServers.hub().withLogin(TestServers.hub().user(), "hidden");
        OffsyncException refusal = refusal(Endpoints.of(server), side);
        assertThat(refusal.reason()).isEqualTo(Reason.PERMISSION);
        assertThat(refusal).hasMessageContaining(server.host() + ":" + server.port());
        assertThat(refusal.getMessage() + refusal.hint()).doesNotContain("hidden");
        assertThat(refusal.hint()).contains(side == Side.HUB ? "OFFSYNC_REMOTE_PASSWORD" : "OFFSYNC_LOCAL_PASSWORD");
    }

    @Test
    void a_missing_password_is_said_to_be_missing() {
        Endpoint endpoint = Endpoints.of(TestServers.hub());
        var without = new Endpoint(endpoint.hosts(), endpoint.database(), endpoint.user(), null, Map.of());
        OffsyncException refusal = refusal(without, Side.HUB);
        assertThat(refusal.reason()).isEqualTo(Reason.PERMISSION);
        assertThat(refusal.hint()).startsWith("no password was given").contains("--remote-password-file");
    }

    @Test
    void a_database_that_does_not_exist_is_a_configuration_error() {
        OffsyncException refusal = refusal(Endpoints.of(TestServers.hub().withDatabase("nowhere")), Side.HUB);
        assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
        assertThat(refusal).hasMessageContaining("\"nowhere\"");
        assertThat(refusal.hint()).contains("--remote");
    }

    @Test
    void a_closed_port_is_offline_for_the_hub_and_unreachable_for_local() throws IOException {
        Host closed = closedPort();
        OffsyncException hub = refusal(Endpoints.at(closed, Map.of()), Side.HUB);
        assertThat(hub.reason()).isEqualTo(Reason.OFFLINE);
        assertThat(hub).hasMessage("cannot reach the hub at " + closed + ": connection refused");
        OffsyncException local = refusal(Endpoints.at(closed, Map.of()), Side.LOCAL);
        assertThat(local.reason()).isEqualTo(Reason.LOCAL_UNREACHABLE);
        assertThat(local).hasMessage("cannot reach the local database at " + closed + ": connection refused");
    }

    @Test
    void an_unknown_host_name_is_offline() {
        OffsyncException refusal = refusal(Endpoints.at(new Host("no-such-host.invalid", 5432), Map.of()), Side.HUB);
        assertThat(refusal.reason()).isEqualTo(Reason.OFFLINE);
        assertThat(refusal).hasMessageContaining("no-such-host.invalid:5432");
    }

    @ParameterizedTest
    @CsvSource({"disable", "allow", "prefer", "require", "verify-full"})
    void a_server_that_accepts_and_says_nothing_costs_one_connect_timeout(String sslmode) throws IOException {
        try (ScriptedServer silent = ScriptedServer.silent()) {
            long start = System.nanoTime();
            OffsyncException refusal = refusal(Endpoints.at(silent.host(), Map.of("sslmode", sslmode)), Side.HUB);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(SECOND.dividedBy(2), SECOND.multipliedBy(2));
            assertThat(refusal.reason()).isEqualTo(Reason.OFFLINE);
            assertThat(refusal).hasMessageContaining("no answer within 1 s");
        }
    }

    @ParameterizedTest
    @CsvSource({"disable", "prefer", "require"})
    void what_speaks_another_protocol_is_no_postgresql_server(String sslmode) throws IOException {
        String answer = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n";
        try (ScriptedServer http = ScriptedServer.playing(
                client -> client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII)))) {
            OffsyncException refusal = refusal(Endpoints.at(http.host(), Map.of("sslmode", sslmode)), Side.HUB);
            assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
            assertThat(refusal).hasMessageContaining("is not a PostgreSQL server");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "08P01,no such database: shop,CONFIG",
        "08P01,no such user,PERMISSION",
        "28P01,password authentication failed,PERMISSION",
        "28000,no pg_hba.conf entry,PERMISSION",
        "08P01,unsupported startup parameter: options,CONFIG",
        "08P01,query_wait_timeout,OFFLINE",
        "53300,sorry too many clients already,OFFLINE",
        "57P03,the database system is starting up,OFFLINE",
        "3D000,database does not exist,CONFIG",
        "42501,permission denied for database,PERMISSION"
    })
    void what_a_server_or_pooler_answers_is_told_apart(String state, String message, Reason reason) throws IOException {
        try (ScriptedServer server = ScriptedServer.refusing(state, message)) {
            OffsyncException refusal = refusal(Endpoints.at(server.host(), Map.of("sslmode", "disable")), Side.HUB);
            assertThat(refusal.reason()).isEqualTo(reason);
            assertThat(refusal.hint()).isNotBlank();
        }
    }

    @Test
    void a_server_that_is_too_old_is_a_configuration_error() throws IOException {
        try (ScriptedServer old = ScriptedServer.ofVersion("14.9")) {
            OffsyncException refusal = refusal(Endpoints.at(old.host(), Map.of("sslmode", "disable")), Side.HUB);
            assertThat(refusal.reason()).isEqualTo(Reason.CONFIG);
            assertThat(refusal).hasMessageContaining("PostgreSQL 14");
            assertThat(refusal.hint()).contains("15");
        }
    }

    @Test
    void hosts_are_tried_in_their_order() throws IOException, SQLException {
        Endpoint real = Endpoints.of(TestServers.hub());
        try (Connection connection = open(
                Endpoints.withHosts(real, List.of(closedPort(), real.hosts().get(0))), Side.HUB)) {
            assertThat(scalar(connection, "SELECT 1")).isEqualTo("1");
        }
        OffsyncException refusal = refusal(Endpoints.withHosts(real, List.of(closedPort(), closedPort())), Side.HUB);
        assertThat(refusal.reason()).isEqualTo(Reason.OFFLINE);
        assertThat(refusal.getSuppressed()).hasSize(1);
    }

    @Test
    void a_refused_login_ends_the_search() throws IOException {
        Endpoint real = Endpoints.of(TestServers.hub());
        try (ScriptedServer refusing = ScriptedServer.refusing("28P01", "no")) {
            var hosts = List.of(refusing.host(), real.hosts().get(0));
            var endpoint =
                    new Endpoint(hosts, real.database(), real.user(), real.password(), Map.of("sslmode", "disable"));
            assertThat(refusal(endpoint, Side.HUB).reason()).isEqualTo(Reason.PERMISSION);
        }
    }

    private static OffsyncException refusal(Endpoint endpoint, Side side) {
        var refusal = catchThrowableOfType(
                OffsyncException.class, () -> open(endpoint, side).close());
        assertThat(refusal).isNotNull();
        return refusal;
    }

    private static Connection open(Endpoint endpoint, Side side) {
        return Connector.open(endpoint, side, SECOND, Duration.ofSeconds(30), "offsync-test");
    }

    private static Host closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new Host("127.0.0.1", socket.getLocalPort());
        }
    }

    private static String scalar(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }
}
