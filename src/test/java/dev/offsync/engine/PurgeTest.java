package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Direction;
import dev.offsync.model.Progress;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.Use;
import dev.offsync.sync.Purge;
import dev.offsync.sync.PurgeOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Purge keeps the edge disk small and takes nothing that is still needed. */
class PurgeTest {
    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE reading (id integer PRIMARY KEY, value float8)");
        a = fleet.a();
        a.init(Direction.PUSH, "reading");
        a.exec("INSERT INTO reading SELECT i, i FROM generate_series(1, 5) AS i");
        a.push();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void completed_operations_go_and_pending_ones_stay() throws SQLException {
        a.exec("UPDATE reading SET value = 0 WHERE id = 1");
        assertThat(purge(Duration.ZERO, null, true).purged()).isEqualTo(5);
        assertThat(purge(Duration.ofDays(1), null, false).purged()).isZero();
        assertThat(purge(Duration.ZERO, null, false).purged()).isEqualTo(5);
        assertThat(a.states()).containsExactly("1 pending");
        assertThat(a.push().pushed()).isEqualTo(1);
        assertThat(a.push().pushed()).isZero();
    }

    @Test
    void rows_leave_the_device_once_they_are_old_enough_and_stay_on_the_hub() throws SQLException {
        a.exec("INSERT INTO reading VALUES (6, 6)");
        assertThat(purge(Duration.ofDays(1), "reading", false).rowsEvicted()).isZero();
        assertThat(purge(Duration.ZERO, "reading", false).rowsEvicted()).isEqualTo(5);
        assertThat(a.rows("SELECT id FROM reading")).containsExactly("6");
        assertThat(a.push().pushed()).isEqualTo(1);
        assertThat(fleet.onHub("SELECT count(*) FROM reading")).containsExactly("6");
    }

    @Test
    void a_rows_age_is_known_after_its_operations_were_purged() throws SQLException {
        purge(Duration.ZERO, null, false);
        assertThat(purge(Duration.ofDays(1), "reading", false).rowsEvicted()).isZero();
        assertThat(purge(Duration.ZERO, "reading", false).rowsEvicted()).isEqualTo(5);
    }

    @Test
    void evicted_rows_of_a_pulled_table_come_back_only_when_they_change_or_every_row_is_asked_for()
            throws SQLException {
        String schema = "CREATE TABLE item (id integer PRIMARY KEY, name text, shelf text)";
        fleet.hub().exec(schema);
        a.exec(schema);
        fleet.hub().exec("INSERT INTO item SELECT i, 'x', 'top' FROM generate_series(1, 5) AS i");
        a.init("item");
        a.pull();
        a.exec("UPDATE item SET name = 'mine' WHERE id = 1");
        assertThat(purge(Duration.ZERO, "item", false).rowsEvicted()).isEqualTo(4);
        a.sync();
        assertThat(a.rows("SELECT id FROM item")).containsExactly("1");
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("5");
        assertThat(a.verify().exitCode()).isZero();

        a.initWhere(Map.of("item", "shelf = 'top'"), "item");
        fleet.hub().exec("UPDATE item SET name = 'changed' WHERE id = 2; DELETE FROM item WHERE id = 3");
        a.sync();
        assertThat(a.rows("SELECT id, name FROM item ORDER BY 1")).containsExactly("1|mine", "2|changed");
        assertThat(a.verify().exitCode()).isZero();

        a.exec("INSERT INTO item VALUES (4, 'again')");
        assertThat(a.push().conflicts().detected()).isEqualTo(1);
        a.resolve(Use.REMOTE);
        a.pullFully();
        assertThat(a.rows("SELECT id FROM item ORDER BY 1")).containsExactly("1", "2", "4", "5");
        assertThat(a.verify().exitCode()).isZero();
    }

    private PurgeResult purge(Duration olderThan, @Nullable String rows, boolean dryRun) {
        return new Purge(a.settings(), Progress.NONE).run(new PurgeOptions(olderThan, rows, dryRun));
    }
}
