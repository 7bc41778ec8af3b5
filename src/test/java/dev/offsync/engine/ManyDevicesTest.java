package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.PgBouncer;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A fleet that comes all at once to a hub that has fewer connections. {@code fleet.devices} says how many devices; the
 * profile soak asks for 200.
 */
@Tag("guarantee-21")
class ManyDevicesTest {
    private static final String SCHEMA = "CREATE TABLE sale (device integer, id integer, amount numeric,"
            + " PRIMARY KEY (device, id)); CREATE TABLE price (id integer PRIMARY KEY, value numeric)";
    private static final int DEVICES = Integer.getInteger("fleet.devices", 20);
    private static final Map<String, String> FAST = Map.of("fsync", "off", "full_page_writes", "off");

    private EmbeddedServer hubServer;
    private EmbeddedServer deviceServer;
    private PgBouncer pooler;
    private TestDatabase hub;
    private final List<Device> devices = new ArrayList<>();

    @BeforeEach
    void prepare() throws SQLException, IOException {
        assumeTrue(PgBouncer.isInstalled(), "pgbouncer is not installed");
        hubServer = EmbeddedServer.inMemory(with("max_connections", "50"));
        deviceServer = EmbeddedServer.inMemory(with("max_connections", "" + (DEVICES * 2 + 20)));
        hub = TestDatabases.create(hubServer.address());
        hub.exec(SCHEMA + "; INSERT INTO price SELECT i, i FROM generate_series(1, 100) AS i");
        ServerAddress address = hub.address();
        pooler = PgBouncer.before(hubServer.address(), Map.of(address.user(), address.password()), 40);
        for (int i = 1; i <= DEVICES; i++) {
            TestDatabase local = TestDatabases.create(deviceServer.address(), "shop", sql -> sql.exec(SCHEMA));
            // All of them share this machine's processors; what is measured is the hub's part.
            devices.add(new Device("d" + i, local, pooler.to(address).url() + "?connect_timeout=120"));
        }
    }

    private static Map<String, String> with(String setting, String value) {
        var all = new TreeMap<>(FAST);
        all.put(setting, value);
        return all;
    }

    @AfterEach
    void drop() throws IOException {
        if (pooler != null) {
            pooler.close();
            deviceServer.close();
            hubServer.close();
        }
    }

    @Test
    void all_of_them_finish_and_agree_and_idle_ones_cost_the_hub_little() throws Exception {
        devices.get(0).init("sale", "price");
        atOnce(device -> device.init("sale", "price"));
        long start = System.nanoTime();
        for (int i = 0; i < DEVICES; i++) {
            devices.get(i).exec("INSERT INTO sale SELECT " + (i + 1) + ", n, n * 1.5 FROM generate_series(1, 50) AS n");
        }
        long written = System.nanoTime();
        assertThat(atOnce(device -> device.sync().exitCode())).containsOnly(0);
        long sent = System.nanoTime();
        assertThat(atOnce(device -> device.sync().exitCode())).containsOnly(0);
        long agreed = System.nanoTime();
        String all = "SELECT count(*), sum(amount) FROM sale";
        assertThat(hub.rows(all)).containsExactly(DEVICES * 50 + "|" + 1912.5 * DEVICES);
        for (Device device : devices) {
            assertThat(device.rows(all)).isEqualTo(hub.rows(all));
        }

        Usage before = usage();
        assertThat(atOnce(device -> device.sync().pull().pulled())).containsOnly(0L);
        Usage idle = usage().minus(before);
        System.out.printf(
                "%d devices: writing %d ms, first sync of all %d ms, second %d ms; an idle sync costs the hub %d transactions,"
                        + " %d buffers, %d bytes of WAL, %d rows fetched, %.2f ms of processor%n",
                DEVICES,
                (written - start) / 1_000_000,
                (sent - written) / 1_000_000,
                (agreed - sent) / 1_000_000,
                idle.transactions() / DEVICES,
                idle.buffers() / DEVICES,
                idle.wal() / DEVICES,
                idle.fetched() / DEVICES,
                idle.processor() / 1e6 / DEVICES);
        assertThat(idle.transactions() / DEVICES).isLessThan(12);
        assertThat(idle.buffers() / DEVICES).isLessThan(5000);
        assertThat(idle.wal() / DEVICES).isLessThan(4096);
    }

    private record Usage(long transactions, long buffers, long fetched, long wal, long processor) {
        Usage minus(Usage earlier) {
            return new Usage(
                    transactions - earlier.transactions,
                    buffers - earlier.buffers,
                    fetched - earlier.fetched,
                    wal - earlier.wal,
                    processor - earlier.processor);
        }
    }

    /** What the hub's database has used so far. */
    private Usage usage() throws SQLException {
        try (Sql session = hub.open()) {
            session.exec("SELECT pg_stat_force_next_flush()");
            List<Long> counts = new ArrayList<>();
            for (String count : List.of("xact_commit", "blks_hit + blks_read", "tup_fetched")) {
                counts.add(Long.parseLong(session.scalar(
                        "SELECT (" + count + ")::text FROM pg_stat_database WHERE datname = current_database()")));
            }
            counts.add(Long.parseLong(session.scalar("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint::text")));
            return new Usage(counts.get(0), counts.get(1), counts.get(2), counts.get(3), processor(session));
        }
    }

    /** The nanoseconds that the server's processes have worked; those that the pooler holds stay the same ones. */
    private static long processor(Sql session) throws SQLException {
        String postmaster = session.scalar("SELECT (string_to_array(pg_read_file('postmaster.pid'), E'\\n'))[1]");
        return ProcessHandle.of(Long.parseLong(postmaster))
                .orElseThrow()
                .children()
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .mapToLong(Duration::toNanos)
                .sum();
    }

    private interface Work<T> {
        T run(Device device) throws Exception;
    }

    /** Every device in a thread of its own; a failure of one is a failure of the test. */
    private <T> List<T> atOnce(Work<T> work) throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(DEVICES);
        try {
            List<Callable<T>> tasks = new ArrayList<>();
            for (Device device : devices) {
                tasks.add(() -> work.run(device));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
