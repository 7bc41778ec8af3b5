package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.simulation.Step.Verb;
import dev.offsync.testing.FaultProxy.Direction;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A link that falls silent in the middle of a run costs network_timeout, and the hub holds no lock for it then. */
@Tag("guarantee-5")
@Tag("guarantee-20")
class SilencedLinkTest {
    private static final int TIMEOUT_SECONDS = 1;
    private static final Duration SLACK = Duration.ofSeconds(5);

    private Workshop shop;
    private Gadget gadget;

    @BeforeEach
    void prepare() throws SQLException {
        shop = Workshop.on(TestServers.hub(), TestServers.device(), Poolers.none());
        gadget = shop.gadget();
        gadget.database().exec("INSERT INTO offsync.sync_config VALUES ('network_timeout', '" + TIMEOUT_SECONDS + "')");
    }

    @AfterEach
    void drop() throws SQLException {
        gadget.hubLink().cutNow().speak();
        shop.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PUSH, TO_SERVER, 8",
        "PUSH, TO_SERVER, 14",
        "PUSH, TO_SERVER, 20",
        "PUSH, TO_CLIENT, 20",
        "PUSH, TO_CLIENT, 40",
        "PULL, TO_SERVER, 8",
        "PULL, TO_SERVER, 14",
        "PULL, TO_CLIENT, 30",
        "PULL, TO_CLIENT, 50"
    })
    void a_silent_link_ends_the_run_and_leaves_no_lock(Verb verb, Direction direction, int messages)
            throws SQLException {
        shop.work(shop.origin(verb));
        gadget.hubLink().fallSilentAfterMessages(direction, messages);
        long start = System.nanoTime();
        assertThatThrownBy(() -> gadget.run(verb))
                .isInstanceOfSatisfying(OffsyncException.class, silent -> assertThat(silent.reason())
                        .isEqualTo(Reason.OFFLINE));
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isLessThan(Duration.ofSeconds(TIMEOUT_SECONDS).plus(SLACK));
        assertThat(locksOfOthers()).isEqualTo("0");

        gadget.hubLink().cutNow().speak();
        gadget.run(verb);
        shop.assertEverythingOnce(verb + " silent after " + messages + " messages " + direction);
    }

    /** Locks on rows and tables of the application, which its own transactions could have to wait for. */
    private String locksOfOthers() throws SQLException {
        try (Sql session = shop.hub().open()) {
            return String.valueOf(session.scalar("""
                    SELECT count(*)
                    FROM pg_locks AS l
                    WHERE l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                      AND l.pid <> pg_backend_pid()
                      AND (l.relation IN ('item'::regclass, 'part'::regclass) OR l.locktype = 'transactionid')
                    """));
        }
    }
}
