package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.simulation.Step.Fault;
import dev.offsync.simulation.Step.Verb;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The link to the hub, or to the local database, breaks after every message of the protocol of a push, a pull and a pull
 * in chunks. The next run finishes the work, and a trigger on either side counts every effect once.
 *
 * <p>{@code -Dfaults.stride=N} leaves out all but every N-th message.
 */
@Tag("guarantee-5")
@Tag("guarantee-7")
@Order(2)
class FaultPointTest {
    private static final int STRIDE = Integer.getInteger("faults.stride", 1);
    private static final int NEVER_MORE = 2000;
    private Poolers poolers;
    private Workshop shop;
    private Gadget gadget;

    private void open(boolean pooled) throws SQLException, IOException {
        poolers = pooled ? Poolers.start() : Poolers.none();
        shop = Workshop.on(TestServers.hub(), TestServers.device(), poolers);
        gadget = shop.gadget();
    }

    @AfterEach
    void drop() throws SQLException, IOException {
        shop.close();
        poolers.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PUSH, HUB_LINK_TO_SERVER, 10000, false",
        "PUSH, HUB_LINK_TO_CLIENT, 10000, true",
        "PULL, HUB_LINK_TO_SERVER, 10000, true",
        "PULL, HUB_LINK_TO_CLIENT, 10000, false",
        "PUSH, HUB_LINK_TO_SERVER, 2, true",
        "PULL, HUB_LINK_TO_SERVER, 2, true",
        "PULL, HUB_LINK_TO_CLIENT, 2, true",
        "PUSH, LOCAL_LINK_TO_SERVER, 10000, true",
        "PULL, LOCAL_LINK_TO_SERVER, 10000, true"
    })
    void a_link_may_break_after_any_message(
            Verb verb, Fault.Kind kind, int batchSize, boolean pooled, TestReporter reporter)
            throws SQLException, IOException {
        open(pooled);
        gadget.database().exec("INSERT INTO offsync.sync_config VALUES ('batch_size', '" + batchSize + "')");
        int points = 0;
        boolean struck = true;
        for (int after = 1; struck && after < NEVER_MORE; after += STRIDE) {
            shop.work(shop.origin(verb));
            struck = breaks(verb, new Fault(kind, after));
            gadget.run(verb);
            shop.assertEverythingOnce(verb + " " + kind + " after " + after);
            points += struck ? 1 : 0;
        }
        reporter.publishEntry("fault points", verb + " " + kind + " in batches of " + batchSize + ": " + points);
        assertThat(points * STRIDE).isBetween(20, NEVER_MORE);
    }

    /** Whether the link broke before the run was over. */
    private boolean breaks(Verb verb, Fault fault) throws SQLException {
        int cuts = gadget.cuts();
        gadget.arm(fault);
        try {
            gadget.run(verb);
        } catch (OffsyncException broken) {
            boolean here = fault.kind() == Fault.Kind.LOCAL_LINK_TO_SERVER;
            assertThat(broken.reason())
                    .as("%s: %s", fault, broken.getMessage())
                    .isEqualTo(here ? Reason.LOCAL_UNREACHABLE : Reason.OFFLINE);
        }
        gadget.arm(Fault.NONE);
        if (gadget.cuts() > cuts) {
            gadget.place().endRuns();
        }
        return gadget.cuts() > cuts;
    }
}
