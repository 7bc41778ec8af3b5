package dev.offsync.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.JarProcess;
import dev.offsync.testing.JarProcess.Outcome;
import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two releases at work side by side, each as its own jar. A release older than today's is taken from {@code
 * -Dprevious.jar=FILE}, and today's is then the newer one; without it today's is the older one, beside the next.
 */
class NextReleaseIT {
    private static final String ITEM = "CREATE TABLE item (id integer PRIMARY KEY, name text)";

    private static final String ROWS = "SELECT id, name FROM item ORDER BY id";

    @TempDir
    private Path directory;

    private Path older;
    private Path newer;
    private TestDatabase hub;
    private TestDatabase first;
    private TestDatabase second;

    @BeforeEach
    void prepare() throws IOException {
        Path today = Path.of(System.getProperty("offsync.jar", "target/offsync.jar"));
        String previous = System.getProperty("previous.jar", "");
        older = previous.isEmpty() ? today : Path.of(previous);
        newer = previous.isEmpty() ? NextRelease.jar(today, directory) : today;
        hub = TestDatabases.create(TestServers.hub(), "item-hub", sql -> sql.exec(ITEM));
        first = TestDatabases.create(TestServers.device(), "item-device", sql -> sql.exec(ITEM));
        second = TestDatabases.create(TestServers.device(), "item-device", sql -> sql.exec(ITEM));
    }

    @AfterEach
    void drop() throws SQLException {
        for (TestDatabase database : List.of(hub, first, second)) {
            database.close();
        }
    }

    @Test
    void devices_of_two_releases_work_side_by_side_until_the_older_one_is_upgraded() throws SQLException {
        done(run(older, first, "init", "--device", "first", "--tables", "item"));
        first.exec("INSERT INTO item VALUES (1, 'before')");
        done(run(newer, second, "init", "--hub-only", "--tables", "item"));
        done(run(newer, second, "init", "--device", "second", "--tables", "item"));

        done(run(older, first, "sync"));
        second.exec("INSERT INTO item VALUES (2, 'from the newer')");
        done(run(newer, second, "sync"));
        done(run(older, first, "sync"));
        first.exec("UPDATE item SET name = name || ', seen by the older' WHERE id = 2; DELETE FROM item WHERE id = 1");
        done(run(older, first, "sync"));
        done(run(newer, second, "sync"));
        everywhere("2|from the newer, seen by the older");

        first.exec("INSERT INTO item VALUES (3, 'made before the upgrade')");
        done(run(newer, first, "init"));
        done(run(newer, first, "sync"));
        done(run(newer, second, "sync"));
        everywhere("2|from the newer, seen by the older", "3|made before the upgrade");
    }

    @Test
    void the_older_release_refuses_what_the_newer_one_prepared_and_says_what_to_do() throws SQLException {
        done(run(newer, first, "init", "--device", "first", "--tables", "item"));
        first.exec("INSERT INTO item VALUES (1, 'kept')");
        for (String command : List.of("sync", "status", "init")) {
            Outcome refused = run(older, first, command);
            assertThat(refused.exitCode()).as("%s", refused).isEqualTo(10);
            assertThat(refused.stderr())
                    .contains(
                            "this offsync knows versions up to",
                            "hint: install the offsync that made it, or a newer one");
        }
        done(run(newer, first, "sync"));
        assertThat(hub.rows(ROWS)).containsExactly("1|kept");
    }

    private void everywhere(String... rows) throws SQLException {
        for (TestDatabase database : List.of(hub, first, second)) {
            assertThat(database.rows(ROWS)).containsExactly(rows);
        }
    }

    private static void done(Outcome outcome) {
        assertThat(outcome.exitCode()).as("%s", outcome).isZero();
    }

    private Outcome run(Path jar, TestDatabase device, String... arguments) {
        return JarProcess.of(jar, arguments)
                .jvm("-XX:TieredStopAtLevel=1")
                .jvm("-XX:+UseSerialGC")
                .env("OFFSYNC_LOCAL", withoutPassword(device.address()))
                .env("OFFSYNC_LOCAL_PASSWORD", device.address().password())
                .env("OFFSYNC_REMOTE", withoutPassword(hub.address()))
                .env("OFFSYNC_REMOTE_PASSWORD", hub.address().password())
                .run();
    }

    private static String withoutPassword(ServerAddress address) {
        return "postgresql://" + address.user() + "@" + address.host() + ":" + address.port() + "/"
                + address.database();
    }
}
