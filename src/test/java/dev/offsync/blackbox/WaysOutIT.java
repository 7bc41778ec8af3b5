package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whoever is stopped with exit 14 types what the hint says, word by word; the runs of the timer do the rest. */
@Tag("guarantee-15")
class WaysOutIT {
    private static final Pattern COMMAND = Pattern.compile("hint: .*\\brun offsync ([a-z]+ --[a-z-]+)");
    private static final String PRODUCTS = "SELECT id, name FROM products ORDER BY id";

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();
    private final Device van = fleet.van();

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till, "--tables", "products").join(van, "--tables", "products");
        fleet.sql("INSERT INTO products (id, name) VALUES (1, 'tea'), (2, 'milk')");
        settle();
    }

    private void settle(Device... others) {
        for (int round = 0; round < 2; round++) {
            for (Device device : others.length == 0 ? new Device[] {till, van} : others) {
                Answer answer = device.inThisProcess("sync");
                assertThat(answer.exitCode()).as("%s", answer).isZero();
            }
        }
    }

    /** Runs into the stop, and types the command that its hint holds. */
    private static void takeTheWayOut(Device device, String code, String expected) {
        Answer stop = device.offsync("sync");
        assertThat(stop.exitCode()).as("%s", stop).isEqualTo(14);
        assertThat(device.offsync("sync", "--json").text("error.code")).isEqualTo(code);
        String command = COMMAND.matcher(stop.stderr())
                .results()
                .map((MatchResult found) -> found.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no command in " + stop));
        assertThat(command).isEqualTo(expected);
        Answer out = device.offsync(command.split(" "));
        assertThat(out.exitCode()).as("%s", out).isZero();
    }

    private void assertEqual(Device... devices) throws SQLException {
        for (Device device : devices) {
            assertThat(device.rows(PRODUCTS)).isEqualTo(fleet.rows(PRODUCTS));
            assertThat(device.rows("SELECT id FROM offsync.operation_queue WHERE status <> 'completed'"))
                    .isEmpty();
            assertThat(device.inThisProcess("verify").exitCode()).isZero();
        }
    }

    @Test
    void a_copy_of_a_device() throws SQLException {
        till.sql("INSERT INTO products (name) VALUES ('unsent when it was copied')");
        try (TestDatabase disk = till.database().backup()) {
            var copy = new Device("copy", disk, fleet.hub().address());
            assertThat(till.inThisProcess("sync").exitCode()).isZero();
            copy.sql("INSERT INTO products (name) VALUES ('made on the copy'); DELETE FROM products WHERE id = 2");

            takeTheWayOut(copy, "cloned_device", "init --new-identity");
            settle(copy, till, van);
            assertEqual(copy, till, van);
            assertThat(fleet.rows("SELECT name FROM products ORDER BY name"))
                    .containsExactly("made on the copy", "tea", "unsent when it was copied");
        }
    }

    @Test
    void a_device_restored_from_a_backup() throws SQLException {
        till.sql("UPDATE products SET name = 'unsent' WHERE id = 1");
        try (TestDatabase backup = till.database().backup()) {
            till.sql("UPDATE products SET name = 'after the backup' WHERE id = 2");
            settle();
            till.database().restore(backup);
        }
        takeTheWayOut(till, "cloned_device", "init --new-identity");
        settle();
        assertEqual(till, van);
        assertThat(fleet.rows("SELECT name FROM products ORDER BY id")).containsExactly("unsent", "after the backup");
    }

    @Test
    void a_hub_restored_from_a_backup() throws SQLException {
        try (TestDatabase backup = fleet.hub().backup()) {
            till.sql("UPDATE products SET name = 'lost' WHERE id = 1; DELETE FROM products WHERE id = 2");
            till.sql("INSERT INTO products (id, name) VALUES (3, 'lost, too')");
            settle();
            fleet.hub().restore(backup);
        }
        van.sql("INSERT INTO products (id, name) VALUES (4, 'unsent')");
        takeTheWayOut(van, "hub_rollback", "init --rejoin");
        takeTheWayOut(till, "hub_rollback", "init --rejoin");
        settle();
        assertEqual(till, van);
        assertThat(fleet.rows(PRODUCTS)).containsExactly("1|lost", "3|lost, too", "4|unsent");
    }

    @Test
    void a_hub_replaced_by_an_empty_database() throws SQLException {
        till.sql("INSERT INTO products (id, name) VALUES (3, 'sent')");
        settle();
        van.sql("INSERT INTO products (id, name) VALUES (4, 'unsent')");
        try (TestDatabase empty = TestDatabases.create(TestServers.hub())) {
            fleet.hub().restore(empty);
        }
        takeTheWayOut(till, "hub_replaced", "init --rejoin");
        takeTheWayOut(van, "hub_replaced", "init --rejoin");
        settle();
        assertEqual(till, van);
        assertThat(fleet.rows(PRODUCTS)).containsExactly("1|tea", "2|milk", "3|sent", "4|unsent");
    }
}
