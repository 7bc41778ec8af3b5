package dev.offsync.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.TestServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@Tag("guarantee-20")
class SilenceTest {
    private static final Duration ALLOWED = Duration.ofSeconds(1);

    @Test
    void a_long_answer_of_a_busy_hub_is_waited_for() throws SQLException {
        try (FaultProxy link = FaultProxy.before(TestServers.hub());
                Connection connection = open(Endpoints.of(link.address()))) {
            try (var statement = connection.createStatement()) {
                assertThat(statement.execute("SELECT pg_sleep(2.5)")).isTrue();
            }
            assertThat(link.accepted()).isGreaterThan(1);
        }
    }

    @Test
    void a_hub_that_falls_silent_before_its_answer_costs_the_network_timeout() throws SQLException {
        try (FaultProxy link = FaultProxy.before(TestServers.hub())) {
            Connection connection = open(Endpoints.of(link.address()));
            link.fallSilent();
            long start = System.nanoTime();
            var failure = catchThrowableOfType(
                    SQLException.class, () -> connection.createStatement().execute("SELECT 1"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(ALLOWED.multipliedBy(3));
            assertThat(SqlErrors.isTransient(failure)).isTrue();
            OffsyncException translated = SqlErrors.translate(failure, Side.HUB, Endpoints.of(link.address()));
            assertThat(translated.reason()).isEqualTo(Reason.OFFLINE);
            assertThat(translated).hasMessageContaining("it fell silent");
        }
    }

    @Test
    void a_hub_that_falls_silent_during_an_upload_costs_the_network_timeout() throws SQLException {
        try (FaultProxy link = FaultProxy.before(TestServers.hub())) {
            Connection connection = open(Endpoints.of(link.address()));
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE TEMP TABLE upload (line text)");
            }
            CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
            var copy = copies.copyIn("COPY upload FROM STDIN");
            link.fallSilent();
            byte[] lines = "x".repeat(99).concat("\n").repeat(1_000).getBytes(StandardCharsets.US_ASCII);
            var failure = catchThrowableOfType(SQLException.class, () -> {
                for (int i = 0; i < 1_000; i++) {
                    copy.writeToCopy(lines, 0, lines.length);
                }
            });
            assertThat(SqlErrors.translate(failure, Side.HUB, Endpoints.of(link.address())))
                    .hasMessageContaining("it fell silent");
            assertThat(SqlErrors.isTransient(failure)).isTrue();
        }
    }

    private static Connection open(Endpoint endpoint) {
        return Connector.open(endpoint, Side.HUB, Duration.ofSeconds(5), ALLOWED, "offsync-test");
    }
}
