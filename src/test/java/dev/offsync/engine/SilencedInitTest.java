package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.InitRequest;
import dev.offsync.testing.Sql;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The link falls silent while an init has the locks of its DDL: the hub's own writers wait for network_timeout at most. */
@Tag("guarantee-20")
class SilencedInitTest {
    @AutoClose
    private Fleet fleet;

    @AutoClose
    private FaultProxy link;

    private Device device;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("""
                CREATE TABLE item (id integer PRIMARY KEY, name text);
                CREATE TABLE part (id integer PRIMARY KEY, name text);
                """);
        link = FaultProxy.before(fleet.hub().address());
        device = new Device("a", fleet.a().database(), link.address().url());
        device.init("item");
        device.configure("network_timeout", "2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void its_locks_are_gone_before_a_dead_peer_would_be_noticed(boolean dryRun) throws SQLException {
        CompletableFuture<Void> init;
        try (Sql application = fleet.hub().open()) {
            application.exec("BEGIN; INSERT INTO part VALUES (1, 'in a transaction')");
            init = CompletableFuture.runAsync(
                    () -> InitRequest.of("part").device("a").dryRun(dryRun).run(device.settings()));
            InterferenceTest.awaitBlocked(fleet.hub());
            link.fallSilent();
            application.exec("COMMIT");
        }
        assertThatThrownBy(init::join)
                .hasCauseInstanceOf(OffsyncException.class)
                .satisfies(failure -> assertThat(((OffsyncException) failure.getCause()).reason())
                        .isEqualTo(Reason.OFFLINE));
        fleet.hub().exec("SET lock_timeout = '10s'; INSERT INTO part VALUES (2, 'after it')");

        link.cutNow().speak();
        device.init("part");
        assertThat(device.sync().exitCode()).isZero();
        assertThat(device.rows("SELECT id FROM part")).containsExactlyInAnyOrder("1", "2");
    }
}
