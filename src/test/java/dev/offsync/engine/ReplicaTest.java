package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.PullResult;
import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Pulling from a streaming replica, lagging or not, misses nothing and never goes back. */
@Tag("guarantee-21")
class ReplicaTest {
    private static final String ITEMS = "SELECT i.*::text FROM item AS i ORDER BY id";

    private static EmbeddedServer primary;
    private static EmbeddedServer standby;

    private TestDatabase hub;
    private Device a;

    @BeforeAll
    static void start() {
        primary = EmbeddedServer.inMemory(Map.of("fsync", "off"));
        standby = primary.standby();
    }

    @AfterAll
    static void stop() {
        standby.close();
        primary.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        hub = TestDatabases.create(primary.address());
        hub.exec("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        hub.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'), (3, 'three')");
        TestDatabase local = TestDatabases.create(TestServers.device());
        local.exec("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        a = new Device("a", local, hub.url());
        a.init("item");
        a.configure("pull_remote", url(standby, hub));
        awaitReplica();
        a.sync();
    }

    @AfterEach
    void drop() throws SQLException {
        onReplica("SELECT pg_wal_replay_resume()");
        awaitReplica();
        a.close();
        hub.close();
    }

    @Test
    void rows_come_from_the_replica_as_far_as_it_is() throws SQLException {
        assertThat(a.rows(ITEMS)).hasSize(3);
        hub.exec("UPDATE item SET name = 'uno' WHERE id = 1");
        awaitReplica();
        pause();
        hub.exec("UPDATE item SET name = 'due' WHERE id = 2; DELETE FROM item WHERE id = 3");

        assertThat(a.pull().updated()).isEqualTo(1);
        assertThat(a.rows(ITEMS)).containsExactly("(1,uno)", "(2,two)", "(3,three)");
        assertThat(a.pull().pulled()).isZero();
        onReplica("SELECT pg_wal_replay_resume()");
        awaitReplica();
        assertThat(a.pull().pulled()).isEqualTo(2);
        assertThat(a.rows(ITEMS)).containsExactly("(1,uno)", "(2,due)");
        assertThat(a.pull().pulled()).isZero();
    }

    @Test
    void a_transaction_that_is_open_on_the_primary_is_not_missed() throws SQLException {
        try (Sql slow = hub.open()) {
            slow.exec("BEGIN");
            slow.exec("INSERT INTO item VALUES (4, 'slow')");
            hub.exec("INSERT INTO item VALUES (5, 'fast'); UPDATE item SET name = 'uno' WHERE id = 1");
            hub.exec("DELETE FROM item WHERE id = 2");
            awaitReplica();
            assertThat(a.pull().pulled()).isEqualTo(3);
            assertThat(a.pull().pulled()).isZero();

            // What comes again meets work that is pending here.
            a.exec("DELETE FROM item WHERE id = 1; UPDATE item SET name = 'mine' WHERE id = 5");
            a.exec("INSERT INTO item VALUES (2, 'again')");
            assertThat(a.pull().conflicts().detected()).isZero();
            assertThat(a.rows(ITEMS)).containsExactly("(2,again)", "(3,three)", "(5,mine)");
            slow.exec("COMMIT");
        }
        awaitReplica();
        assertThat(a.sync().exitCode()).isZero();
        assertThat(a.rows(ITEMS)).containsExactly("(2,again)", "(3,three)", "(4,slow)", "(5,mine)");
        assertThat(hub.rows(ITEMS)).isEqualTo(a.rows(ITEMS));
        awaitReplica();
        assertThat(a.pull().pulled()).isZero();
    }

    @Test
    void a_replica_that_lacks_what_the_device_sent_is_not_asked() throws SQLException {
        a.configure("connect_timeout", "1");
        pause();
        a.exec("DELETE FROM item WHERE id = 1; UPDATE item SET name = 'due' WHERE id = 2");
        hub.exec("INSERT INTO item VALUES (4, 'four')");
        a.sync();
        assertThat(a.rows(ITEMS)).containsExactly("(2,due)", "(3,three)", "(4,four)");
        assertThat(a.pull().pulled()).isZero();

        onReplica("SELECT pg_wal_replay_resume()");
        awaitReplica();
        hub.exec("UPDATE item SET name = 'quattro' WHERE id = 4");
        awaitReplica();
        assertThat(a.pull().pulled()).isEqualTo(1);
        assertThat(a.rows(ITEMS))
                .containsExactly("(2,due)", "(3,three)", "(4,quattro)")
                .isEqualTo(hub.rows(ITEMS));
    }

    @Test
    void a_replica_with_other_columns_is_not_asked() throws SQLException {
        a.configure("connect_timeout", "1");
        pause();
        for (TestDatabase database : new TestDatabase[] {hub, a.database()}) {
            database.exec("ALTER TABLE item ADD first text");
        }
        hub.exec("UPDATE item SET first = 'f', name = 'uno' WHERE id = 1");
        a.init("item");
        a.sync();
        assertThat(a.rows(ITEMS)).contains("(1,uno,f)").isEqualTo(hub.rows(ITEMS));
    }

    @Test
    void a_replica_that_is_out_of_reach_or_no_replica_stops_nothing() throws SQLException {
        hub.exec("INSERT INTO item VALUES (4, 'four')");
        a.configure("pull_remote", "postgresql://postgres@127.0.0.1:1/none");
        PullResult pulled = a.pull();
        assertThat(pulled.pulled()).isEqualTo(1);
        assertThat(pulled.exitCode()).isZero();

        hub.exec("INSERT INTO item VALUES (5, 'five')");
        a.configure("connect_timeout", "1");
        a.configure("pull_remote", url(primary, hub));
        assertThat(a.pull().pulled()).isEqualTo(1);
    }

    @Test
    void a_first_load_in_chunks_comes_from_the_replica() throws SQLException {
        a.configure("batch_size", "100");
        hub.exec("INSERT INTO item SELECT i, 'n' || i FROM generate_series(10, 1800) AS i");
        awaitReplica();
        pause();
        hub.exec("DELETE FROM item WHERE id > 100");
        assertThat(a.pull().inserted()).isEqualTo(1791);
        onReplica("SELECT pg_wal_replay_resume()");
        awaitReplica();
        assertThat(a.pullMassDelete().deleted()).isEqualTo(1700);
        assertThat(a.rows(ITEMS)).isEqualTo(hub.rows(ITEMS));
    }

    private static String url(EmbeddedServer server, TestDatabase database) {
        return "postgresql://" + database.user() + "@" + server.address().host() + ":"
                + server.address().port() + "/" + database.address().database();
    }

    private static String onReplica(String sql) throws SQLException {
        try (var session = new Sql(standby.address().connect())) {
            return session.scalar(sql);
        }
    }

    private static void pause() throws SQLException {
        onReplica("SELECT pg_wal_replay_pause()");
        await(standby, "SELECT pg_get_wal_replay_pause_state() = 'paused'");
    }

    /** Waits until the replica shows all that is committed now. */
    private static void awaitReplica() throws SQLException {
        await(primary, standby);
    }

    /** Waits until {@code standby} shows all that is committed on {@code primary} now. */
    static void await(EmbeddedServer primary, EmbeddedServer standby) throws SQLException {
        String position;
        try (var session = new Sql(primary.address().connect())) {
            position = session.scalar("SELECT pg_current_wal_insert_lsn()");
        }
        await(standby, "SELECT pg_last_wal_replay_lsn() >= '" + position + "'::pg_lsn");
    }

    private static void await(EmbeddedServer server, String condition) throws SQLException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        try (var session = new Sql(server.address().connect())) {
            while (!"t".equals(session.scalar(condition))) {
                assertThat(System.nanoTime()).as(condition).isLessThan(end);
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }
}
