package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.simulation.Step.Fault;
import dev.offsync.simulation.Step.Verb;
import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Servers that lose power. Applications commit asynchronously, and the log is written seldom, so that a crash takes back
 * what was committed last, and transaction numbers and sequence values are given out twice.
 */
@Tag("guarantee-5")
@Tag("guarantee-7")
class CrashedServerTest {
    private static final Map<String, String> FORGETFUL = Map.of(
            "fsync", "off",
            "synchronous_commit", "off",
            "wal_writer_delay", "10s",
            "wal_writer_flush_after", "1GB",
            "max_connections", "20");
    private static final int ROUNDS = Integer.getInteger("crashes.rounds", 4);

    enum Side {
        HUB,
        DEVICE
    }

    private static EmbeddedServer hubServer;
    private static EmbeddedServer deviceServer;

    private Workshop shop;
    private Gadget gadget;

    @BeforeAll
    static void start() {
        hubServer = EmbeddedServer.start(FORGETFUL);
        deviceServer = EmbeddedServer.start(FORGETFUL);
    }

    @AfterAll
    static void end() {
        hubServer.close();
        deviceServer.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        shop = Workshop.on(hubServer.address(), deviceServer.address(), Poolers.none());
        gadget = shop.gadget();
        checkpoint();
    }

    @AfterEach
    void drop() throws SQLException {
        shop.close();
    }

    @Test
    void the_devices_server_gives_numbers_out_again_that_it_forgot() throws SQLException {
        TestDatabase device = gadget.database();
        shop.work(device);
        gadget.run(Verb.SYNC);
        shop.assertEverythingOnce("before the crash");
        checkpoint();

        String forgotten = insert(device, 9001);
        crash(deviceServer);
        assertThat(device.scalar("SELECT count(*) FROM item WHERE id = 9001")).isEqualTo("0");
        assertThat(insert(device, 9002)).isEqualTo(forgotten);
        gadget.run(Verb.SYNC);
        shop.assertEverythingOnce("after the crash");
        assertThat(shop.hub().rows("SELECT id FROM item WHERE id > 9000")).containsExactly("9002");
    }

    @Test
    void what_was_claimed_for_a_push_is_durable() throws SQLException {
        shop.work(gadget.database());
        gadget.arm(new Fault(Fault.Kind.HUB_LINK_TO_CLIENT, 40));
        assertThatThrownBy(() -> gadget.run(Verb.PUSH)).isInstanceOf(OffsyncException.class);
        crash(deviceServer);
        gadget.run(Verb.PUSH);
        shop.assertEverythingOnce("after the crash");
    }

    @Test
    void the_hub_gives_numbers_out_again_that_it_forgot() throws SQLException {
        String forgotten = insert(shop.hub(), 9001);
        crash(hubServer);
        assertThat(shop.hub().scalar("SELECT count(*) FROM item")).isEqualTo("0");
        assertThat(insert(shop.hub(), 9002)).isEqualTo(forgotten);
        gadget.run(Verb.PULL);
        shop.assertEverythingOnce("after the crash");
    }

    @Test
    void what_a_device_has_pulled_the_hub_does_not_forget() throws SQLException {
        insert(shop.hub(), 9001);
        gadget.run(Verb.PULL);
        crash(hubServer);
        assertThat(shop.hub().scalar("SELECT count(*) FROM item")).isEqualTo("1");
        insert(shop.hub(), 9002);
        gadget.run(Verb.PULL);
        shop.assertEverythingOnce("after the crash");
    }

    @Test
    void what_a_pull_read_and_the_hub_forgot_is_not_kept() throws SQLException {
        insert(shop.hub(), 9001);
        for (int after = 30; after < 200; after += 10) {
            gadget.arm(new Fault(Fault.Kind.HUB_LINK_TO_CLIENT, after));
            try {
                gadget.run(Verb.PULL);
                break;
            } catch (OffsyncException broken) {
                crash(hubServer);
                insert(shop.hub(), 9001 + after);
            }
        }
        gadget.arm(Fault.NONE);
        gadget.run(Verb.PULL);
        shop.assertEverythingOnce("after the crashes");
    }

    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @ParameterizedTest
    @EnumSource
    void a_server_may_crash_at_any_time_of_a_run(Side side) throws SQLException {
        EmbeddedServer server = side == Side.HUB ? hubServer : deviceServer;
        var random = new Random(side == Side.HUB ? 0 : 1);
        for (int round = 0; round < ROUNDS; round++) {
            shop.work(gadget.database());
            shop.hub().exec("INSERT INTO item VALUES (-1 - (SELECT count(*) FROM item WHERE id < 0), 'hub')");
            int millis = random.nextInt(150);
            crashDuringARun(server, millis);
            gadget.run(Verb.SYNC);
            assertThat(gadget.database().rows("SELECT t::text FROM item AS t ORDER BY id"))
                    .as("%s crashed after %s ms", side, millis)
                    .isEqualTo(shop.hub().rows("SELECT t::text FROM item AS t ORDER BY id"));
            assertThat(shop.hub().rows("SELECT kind, id, count(*) FROM effect GROUP BY 1, 2 HAVING count(*) > 1"))
                    .as("%s crashed after %s ms", side, millis)
                    .isEmpty();
            shop.hub().exec("TRUNCATE effect");
            gadget.database().exec("TRUNCATE effect");
        }
    }

    @Test
    @Tag("guarantee-6")
    void a_server_without_a_free_connection_is_out_of_reach_and_costs_no_try() throws SQLException {
        shop.work(gadget.database());
        assertThat(whileFull(shop.hub())).isEqualTo(Reason.OFFLINE);
        assertThat(whileFull(gadget.database())).isEqualTo(Reason.LOCAL_UNREACHABLE);
        assertThat(gadget.database().rows("SELECT DISTINCT status, retry_count FROM offsync.operation_queue"))
                .containsExactly("pending|0");
        gadget.run(Verb.PUSH);
        shop.assertEverythingOnce("after there were connections again");
    }

    /** What a push comes to while every connection of a server is in use. */
    private Reason whileFull(TestDatabase database) throws SQLException {
        var sessions = new ArrayList<Sql>();
        try {
            while (true) {
                sessions.add(database.open());
            }
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53300");
            try {
                gadget.run(Verb.PUSH);
                throw new AssertionError("there was a connection left");
            } catch (OffsyncException refused) {
                return refused.reason();
            }
        } finally {
            for (Sql session : sessions) {
                session.close();
            }
        }
    }

    private void crashDuringARun(EmbeddedServer server, int millis) {
        var run = CompletableFuture.runAsync(() -> gadget.run(Verb.SYNC));
        CompletableFuture.runAsync(
                        () -> crash(server), CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS))
                .join();
        try {
            run.join();
        } catch (CompletionException broken) {
            assertThat(broken).hasCauseInstanceOf(OffsyncException.class);
        }
    }

    /** Inserts a row and returns the number of the transaction that did. */
    private static String insert(TestDatabase database, int id) throws SQLException {
        List<String> xid = database.rows("INSERT INTO item VALUES (?, 'new') RETURNING pg_current_xact_id()", id);
        return xid.get(0);
    }

    private static void crash(EmbeddedServer server) {
        server.stopImmediately();
        server.start();
    }

    private void checkpoint() throws SQLException {
        shop.hub().exec("CHECKPOINT");
        gadget.database().exec("CHECKPOINT");
    }
}
