package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.SyncResult;
import dev.offsync.sync.Push;
import dev.offsync.sync.Sync;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What --dry-run shows is what the run does, and it leaves no trace. */
class DryRunTest {
    private static final PushOptions DRY_PUSH = new PushOptions(List.of(), 2, null, null, false, true);
    private static final PullOptions DRY_PULL = new PullOptions(List.of(), false, null, false, true);

    private Fleet fleet;

    /** Work of every kind: plain, settled by rules for either side, left to a person, rejected, parked. */
    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep("""
                CREATE TABLE item (id integer PRIMARY KEY, price integer);
                CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item);
                """, "INSERT INTO item SELECT i, 1 FROM generate_series(1, 9) AS i", "item", "part");
        fleet.a().configure("max_retry_count", "1");
        fleet.a().configure("batch_size", "2");
        fleet.a()
                .exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                        + " VALUES ('item', 'update_update', 'local_wins'), ('item', 'update_delete', 'manual')");
        fleet.hub().exec("ALTER TABLE item ADD CHECK (price > 0)");
        fleet.hub().exec("UPDATE item SET price = 2 WHERE id <= 2; DELETE FROM item WHERE id = 3");
        fleet.hub().exec("INSERT INTO item VALUES (20, 1)");
        for (int i = 1; i <= 5; i++) {
            fleet.a().exec("UPDATE item SET price = 7 WHERE id = ?", i);
            fleet.a().exec("INSERT INTO part VALUES (?, ?)", i, i);
        }
        fleet.a().exec("INSERT INTO item VALUES (30, -1); INSERT INTO part VALUES (30, 30)");
        fleet.a().exec("UPDATE part SET item_id = 5 WHERE id = 4");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_push_is_planned_as_it_is_carried_out() throws SQLException {
        List<String> before = everything();
        PushResult planned = new Push(fleet.a().settings(), Progress.NONE).run(DRY_PUSH);
        assertThat(everything()).isEqualTo(before);

        PushResult done = fleet.a().push();
        assertThat(summary(planned)).isEqualTo(summary(done));
        assertThat(planned.exitCode()).isEqualTo(done.exitCode()).isEqualTo(4);
        assertThat(planned.conflicts().detected()).isPositive();
        assertThat(planned.failed()).isPositive();
        assertThat(planned.dryRun()).isTrue();
    }

    @Test
    @Tag("guarantee-20")
    void a_planned_push_leaves_no_lock_on_the_hub_while_it_is_busy_here() throws SQLException {
        var looks = new AtomicInteger();
        Progress look = (step, done, of) -> {
            if (step.equals("pushing")) {
                looks.incrementAndGet();
                assertThatCode(() -> fleet.hub()
                                .exec("SELECT FROM item FOR UPDATE NOWAIT; SELECT FROM part FOR UPDATE NOWAIT"))
                        .doesNotThrowAnyException();
            }
        };
        new Push(fleet.a().settings(), look).run(DRY_PUSH);
        assertThat(looks).hasValueGreaterThan(2);
    }

    @Test
    void a_sync_is_planned_as_it_is_carried_out() throws SQLException {
        List<String> before = everything();
        SyncResult planned = new Sync(fleet.a().settings(), Progress.NONE).run(DRY_PUSH, DRY_PULL);
        assertThat(everything()).isEqualTo(before);

        SyncResult done = fleet.a().sync();
        assertThat(summary(planned.push())).isEqualTo(summary(done.push()));
        assertThat(summary(planned.pull())).isEqualTo(summary(done.pull()));
    }

    private static List<Object> summary(PushResult push) {
        return List.of(
                push.pushed(), push.remaining(), push.failed(), push.parked(), push.conflicts(), push.problems());
    }

    private static List<Object> summary(PullResult pull) {
        return List.of(pull.inserted(), pull.updated(), pull.deleted(), pull.conflicts(), pull.failed(), pull.parked());
    }

    /** Every row on both sides, but for what the hub notes of each greeting. */
    private List<String> everything() throws SQLException {
        var rows = new ArrayList<String>();
        for (TestDatabase database : List.of(fleet.a().database(), fleet.hub())) {
            for (String table : database.rows("""
                    SELECT c.oid::regclass FROM pg_class AS c
                    WHERE c.relkind = 'r' AND c.relnamespace IN ('offsync'::regnamespace, 'public'::regnamespace)
                      AND NOT (c.relname = 'device' AND to_regclass('offsync.hub') IS NOT NULL)
                    ORDER BY c.relname
                    """)) {
                rows.add(table);
                rows.addAll(database.rows("SELECT t::text FROM " + table + " AS t ORDER BY 1"));
            }
        }
        return rows;
    }
}
