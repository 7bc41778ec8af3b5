package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.offsync.error.OffsyncException;
import dev.offsync.simulation.Step.Verb;
import dev.offsync.testing.EmbeddedServer;
import dev.offsync.testing.SmallDisk;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The device's disk is full: applications hear of it at once, and a run that cannot go on loses nothing. */
@Tag("guarantee-5")
@Tag("guarantee-20")
class FullDiskTest {
    private static final int MEGABYTES = 80;
    private static final String TABLE = "CREATE TABLE item (id integer PRIMARY KEY, content text)";
    private static final String ROWS = "SELECT id, md5(content) FROM item ORDER BY id";

    private static EmbeddedServer server;

    private SmallDisk disk;
    private TestDatabase hub;
    private Gadget gadget;

    @BeforeAll
    static void start() {
        server = EmbeddedServer.start(Map.of("fsync", "off"));
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void prepare() throws SQLException {
        Optional<SmallDisk> mounted = SmallDisk.mount(MEGABYTES);
        assumeTrue(mounted.isPresent(), "this user may not mount a file system");
        disk = mounted.get();
        hub = TestDatabases.create(TestServers.hub());
        TestDatabase local = disk.database(server.address());
        hub.exec(TABLE);
        local.exec(TABLE);
        gadget = Gadget.join("till", local, hub, Poolers.none(), List.of("item"));
    }

    @AfterEach
    void drop() throws SQLException {
        if (disk != null) {
            disk.free();
            gadget.close();
            hub.close();
            disk.close();
        }
    }

    @Test
    @Tag("guarantee-1")
    void a_write_that_finds_no_room_fails_and_what_succeeds_is_captured() throws SQLException {
        disk.fillUpTo(4 << 20);
        int written = 0;
        try {
            for (; written < 1000; written++) {
                insert(gadget.database(), written, written + 1);
            }
            throw new AssertionError("there was room for everything");
        } catch (SQLException full) {
            assertThat(full.getSQLState()).isEqualTo("53100");
        }
        assertThat(gadget.database().scalar("SELECT count(*) FROM item")).isEqualTo("" + written);
        assertThat(gadget.database().scalar("SELECT count(DISTINCT record_id) FROM offsync.operation_queue"))
                .isEqualTo("" + written);
        assertInStepOnceThereIsRoom();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 19, 3 << 20})
    void a_pull_that_finds_no_room_is_done_by_one_that_does(int room) throws SQLException {
        insert(hub, 0, 600);
        disk.fillUpTo(room);
        assertThatThrownBy(() -> gadget.run(Verb.PULL)).isInstanceOf(OffsyncException.class);
        assertInStepOnceThereIsRoom();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1 << 19, 2 << 20})
    void a_push_that_finds_no_room_is_done_by_one_that_does(int room) throws SQLException {
        insert(gadget.database(), 0, 500);
        gadget.database().exec("UPDATE item SET content = content || '!' WHERE id % 2 = 0");
        disk.fillUpTo(room);
        try {
            gadget.run(Verb.PUSH);
        } catch (OffsyncException full) {
            assertThat(full).hasMessageContaining("space");
        }
        assertInStepOnceThereIsRoom();
    }

    private void assertInStepOnceThereIsRoom() throws SQLException {
        disk.free();
        gadget.run(Verb.SYNC);
        assertThat(gadget.database().rows(ROWS)).isEqualTo(hub.rows(ROWS));
        assertThat(
                        gadget.database()
                                .rows(
                                        "SELECT status, count(*) FROM offsync.operation_queue WHERE status <> 'completed' GROUP BY 1"))
                .isEmpty();
    }

    /** Rows of ten kilobytes that do not compress. */
    private static void insert(TestDatabase database, int from, int to) throws SQLException {
        database.exec("INSERT INTO item SELECT i, (SELECT string_agg(md5(i || '-' || j), '')"
                + " FROM generate_series(1, 312) AS j) FROM generate_series("
                + from + " + 1, " + to + ") AS i");
    }
}
