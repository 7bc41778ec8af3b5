package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Progress;
import dev.offsync.sync.Purge;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A hub that lost what devices had sent, and the one command that brings it all back. */
@Tag("guarantee-15")
class RejoinTest {
    private static final String SCHEMA = """
            CREATE TABLE item (id bigserial PRIMARY KEY, name text, price numeric);
            CREATE TABLE part (id integer PRIMARY KEY, item_id bigint REFERENCES item, note text);
            """;
    private static final String ITEMS = "SELECT i.*::text FROM item AS i ORDER BY id";
    private static final String PARTS = "SELECT p.*::text FROM part AS p ORDER BY id";

    private Fleet fleet;
    private Device a;
    private Device b;
    private TestDatabase backup;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                SCHEMA, "INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)", "item", "part");
        a = fleet.a();
        b = fleet.b();
        backup = fleet.hub().backup();
    }

    @AfterEach
    void drop() throws SQLException {
        backup.close();
        fleet.close();
    }

    @Test
    void a_rolled_back_hub_stops_every_device_that_saw_more() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'ten')");
        a.sync();
        fleet.hub().restore(backup);

        assertThatThrownBy(a::sync).isInstanceOfSatisfying(OffsyncException.class, stop -> {
            assertThat(stop.reason()).isEqualTo(Reason.HUB_ROLLBACK);
            assertThat(stop.hint()).contains("offsync init --rejoin");
        });
    }

    @Test
    void what_was_acknowledged_and_lost_comes_back_from_the_device_that_sent_it() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'ten'); INSERT INTO part VALUES (1, 10, 'of ten')");
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1; DELETE FROM item WHERE id = 3");
        a.push();
        a.exec("UPDATE item SET name = 'eins' WHERE id = 1");
        a.push();
        a.exec("UPDATE part SET note = 'not sent yet' WHERE id = 1");
        fleet.hub().restore(backup);
        a.rejoin();

        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,eins,1)", "(2,two,2)", "(10,ten,)");
        assertThat(fleet.onHub(PARTS)).containsExactly("(1,10,\"not sent yet\")");
        assertThat(a.conflicts()).isEmpty();
        b.rejoin();
        assertEqual();
    }

    @Test
    void what_another_device_had_pulled_before_the_rollback_comes_back_from_there() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'ten'); UPDATE item SET price = 20 WHERE id = 2");
        a.push();
        b.pull();
        a.exec("DELETE FROM offsync.journal; DELETE FROM offsync.transaction_batch");
        fleet.hub().restore(backup);
        b.rejoin();

        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,one,1)", "(2,two,20)", "(3,three,3)", "(10,ten,)");
        assertThat(b.conflicts()).isEmpty();
        a.rejoin();
        assertEqual();
        assertThat(a.conflicts()).isEmpty();
    }

    @Test
    void what_the_restored_hub_was_given_since_is_not_overwritten_without_a_word() throws SQLException {
        a.exec("UPDATE item SET name = 'lost' WHERE id = 1; UPDATE item SET name = 'lost, too' WHERE id = 2");
        a.push();
        b.sync();
        fleet.hub().restore(backup);
        fleet.hub().exec("UPDATE item SET name = 'since' WHERE id = 1");
        fleet.hub().exec("INSERT INTO item VALUES (4, 'new')");
        a.rejoin();
        b.rejoin();
        a.sync();

        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,since,1)", "(2,\"lost, too\",2)", "(3,three,3)", "(4,new,)");
        assertEqual();
        assertThat(a.conflicts()).anySatisfy(conflict -> {
            assertThat(conflict.recordId()).isEqualTo("1");
            assertThat(conflict.local().get("name")).isEqualTo("lost");
            assertThat(conflict.remote().get("name")).isEqualTo("since");
        });
    }

    @Test
    void a_hub_replaced_by_an_empty_database_is_filled_from_the_devices() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'ten')");
        a.sync();
        b.exec("INSERT INTO part VALUES (7, 2, 'unsent')");
        TestDatabase empty = dev.offsync.testing.TestDatabases.create(dev.offsync.testing.TestServers.hub());
        fleet.hub().restore(empty);
        empty.close();
        assertThatThrownBy(b::sync).isInstanceOfSatisfying(OffsyncException.class, stop -> {
            assertThat(stop.reason()).isEqualTo(Reason.HUB_REPLACED);
            assertThat(stop.hint()).contains("offsync init --rejoin");
        });
        a.rejoin();
        b.rejoin();
        a.sync();

        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,one,1)", "(2,two,2)", "(3,three,3)", "(10,ten,)");
        assertThat(fleet.onHub(PARTS)).containsExactly("(7,2,unsent)");
        assertEqual();
        assertThat(Stream.of(a, b).flatMap(device -> device.conflicts().stream()))
                .isEmpty();
    }

    @Test
    void what_the_log_no_longer_holds_is_offered_from_the_table_and_the_message_says_what_is_not() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'ten'); DELETE FROM item WHERE id = 3");
        a.sync();
        new Purge(a.settings(), Progress.NONE).run(new PurgeOptions(Duration.ZERO, null, false));
        fleet.hub().restore(backup);

        assertThatThrownBy(a::sync).isInstanceOfSatisfying(OffsyncException.class, stop -> assertThat(stop)
                .hasMessageContaining("retention")
                .hasMessageContaining("deletions of that time are not"));
        assertThat(a.rejoin().changes()).anySatisfy(change -> assertThat(change).contains("retention"));
        b.rejoin();
        a.sync();
        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,one,1)", "(2,two,2)", "(3,three,3)", "(10,ten,)");
        assertEqual();
    }

    @Test
    @Tag("guarantee-14")
    void ranges_that_the_hub_forgot_stay_with_their_device() throws SQLException {
        a.exec("INSERT INTO item (name) VALUES ('from a')");
        a.sync();
        String range = a.scalar("SELECT low || '-' || high FROM offsync.id_range");
        fleet.hub().exec("DELETE FROM offsync.id_range");
        TestDatabase forgetful = fleet.hub().backup();
        a.exec("INSERT INTO item (name) VALUES ('from a')");
        a.sync();
        fleet.hub().restore(forgetful);
        forgetful.close();
        a.rejoin();

        assertThat(fleet.onHub("SELECT low || '-' || high FROM offsync.id_range"))
                .containsExactly(range);
        assertThat(a.scalar("SELECT low || '-' || high FROM offsync.id_range")).isEqualTo(range);
    }

    @Test
    void a_copy_of_a_device_cannot_rejoin_in_its_place() throws SQLException {
        TestDatabase copy = a.database().backup();
        a.exec("INSERT INTO item VALUES (10, 'ten')");
        a.sync();
        try (var clone = new Device("a", copy, fleet.hub().url())) {
            assertThatThrownBy(clone::rejoin)
                    .isInstanceOfSatisfying(OffsyncException.class, stop -> assertThat(stop.reason())
                            .isEqualTo(Reason.CLONED_DEVICE));
        }
        a.sync();
    }

    @Test
    void a_hub_that_moved_to_another_place_and_lost_nothing_is_compared_without_being_asked() throws SQLException {
        a.exec("UPDATE item SET name = 'uno' WHERE id = 1");
        a.sync();
        TestDatabase moved = fleet.hub().backup();
        fleet.hub().restore(moved);
        moved.close();
        fleet.hub().exec("UPDATE item SET name = 'since' WHERE id = 2");
        a.exec("UPDATE item SET name = 'trois' WHERE id = 3");
        a.sync();
        b.sync();

        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,uno,1)", "(2,since,2)", "(3,trois,3)");
        assertEqual();
        assertThat(a.conflicts()).isEmpty();
    }

    private void assertEqual() throws SQLException {
        for (String query : List.of(ITEMS, PARTS)) {
            assertThat(a.rows(query)).isEqualTo(fleet.onHub(query));
            assertThat(b.rows(query)).isEqualTo(fleet.onHub(query));
        }
    }
}
