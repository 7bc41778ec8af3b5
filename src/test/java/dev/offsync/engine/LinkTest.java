package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * What a run costs where each turn on the link takes a tenth of a second and each commit waits for an SD card. A turn: the
 * client sends after it has received; connecting and saying goodbye are counted. Transactions are counted by
 * their numbers: one without writes nothing that could have to be flushed.
 */
@Tag("guarantee-20")
@Isolated("counts transactions of whole servers")
class LinkTest {
    private static final int SMALL_PUSH = 12;
    private static final int IDLE_PULL = 10;
    private static final int FURTHER_BATCH = 4;

    private Fleet fleet;
    private FaultProxy link;
    private Device device;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of("CREATE TABLE item (id integer PRIMARY KEY, name text)", "item");
        link = FaultProxy.before(fleet.hub().address());
        device = new Device("a", fleet.a().database(), link.address().url());
        device.sync();
    }

    @AfterEach
    void drop() throws SQLException {
        link.close();
        fleet.close();
    }

    @Test
    void a_small_push_takes_few_turns() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one')");
        assertThat(turns(() -> assertThat(device.push().pushed()).isEqualTo(1))).isBetween(5, SMALL_PUSH);
    }

    @Test
    void an_idle_pull_takes_few_turns_and_a_small_one_a_turn_more() throws SQLException {
        assertThat(turns(() -> assertThat(device.pull().pulled()).isZero())).isBetween(5, IDLE_PULL);
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        assertThat(turns(() -> assertThat(device.pull().pulled()).isEqualTo(2))).isBetween(5, IDLE_PULL + 1);
    }

    @Test
    void each_further_batch_takes_four_turns_one_commit_on_the_hub_and_at_most_three_here() throws SQLException {
        device.configure("batch_size", "1");
        requireCheapBatches("INSERT INTO item VALUES (?, 'some')");
        // These are coalesced first.
        requireCheapBatches("UPDATE item SET name = 'other' WHERE id = ?");
        requireCheapBatches("DELETE FROM item WHERE id = ?");
        assertThat(fleet.onHub(
                        "SELECT DISTINCT relpersistence FROM pg_class WHERE relname ~ '^(staging|upload)_[0-9]+$'"))
                .containsExactly("u");
    }

    /** The servers have work of their own, such as vacuum, so the cheapest of a few tries counts. */
    private void requireCheapBatches(String change) throws SQLException {
        Cost one = pushOf(change, 1, 1);
        Cost five = pushOf(change, 2, 6);
        for (int tries = 1; tries < 4; tries++) {
            one = one.least(pushOf(change, 6 * tries + 1, 6 * tries + 1));
            five = five.least(pushOf(change, 6 * tries + 2, 6 * tries + 6));
        }
        assertThat(five.turns() - one.turns()).isBetween(4, 4 * FURTHER_BATCH);
        // What the batch does has a number and so has its savepoint; the upload's goes to a table that is not logged,
        // so
        // that its end flushes nothing.
        assertThat(five.hub() - one.hub()).isBetween(2 * 4L, 4 * 4L - 1);
        assertThat(five.local() - one.local()).isBetween(4L, 3 * 4L);
    }

    private record Cost(int turns, long hub, long local) {
        Cost least(Cost other) {
            return new Cost(Math.min(turns, other.turns), Math.min(hub, other.hub), Math.min(local, other.local));
        }
    }

    /** The cost of pushing one change a batch. */
    private Cost pushOf(String change, int first, int last) throws SQLException {
        for (int id = first; id <= last; id++) {
            device.exec(change, id);
        }
        long hub = transactions(fleet.hub());
        long local = transactions(device.database());
        int batches = last - first + 1;
        int turns = turns(() -> assertThat(device.push().batches()).isEqualTo(batches));
        return new Cost(turns, transactions(fleet.hub()) - hub, transactions(device.database()) - local);
    }

    private interface Work {
        void run() throws SQLException;
    }

    private int turns(Work work) throws SQLException {
        int before = link.turns();
        work.run();
        return link.turns() - before;
    }

    /** Transactions of this server that were given a number so far. */
    private static long transactions(TestDatabase database) throws SQLException {
        return Long.parseLong(
                database.rows("SELECT pg_snapshot_xmax(pg_current_snapshot())").get(0));
    }
}
