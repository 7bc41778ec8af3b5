package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.sync.init.InitOptions.Existing;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The first contact of a device and a hub that both have rows. */
@Tag("guarantee-17")
class ExistingRowsTest {
    private static final String ROWS = "SELECT id, name FROM item ORDER BY 1";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE item (id integer PRIMARY KEY, name text)");
        a = fleet.a();
        fleet.hub().exec("INSERT INTO item VALUES (1, 'equal'), (2, 'hub'), (3, 'of the hub')");
        a.exec("INSERT INTO item VALUES (1, 'equal'), (2, 'device'), (4, 'of the device')");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void merging_adopts_equal_rows_copies_one_sided_ones_and_finds_the_differing_in_conflict() throws SQLException {
        a.initExisting(Existing.MERGE, "item");
        assertThat(a.sync().exitCode()).isEqualTo(3);
        assertThat(a.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.type()).isEqualTo("insert_insert");
            assertThat(conflict.recordId()).isEqualTo("2");
            assertThat(conflict.resolved()).isFalse();
        });
        assertThat(a.rows(ROWS)).containsExactly("1|equal", "2|device", "3|of the hub", "4|of the device");
        assertThat(fleet.onHub(ROWS)).containsExactly("1|equal", "2|hub", "3|of the hub", "4|of the device");
        assertThat(fleet.onHub("SELECT version FROM offsync.row_1 WHERE k1 = 1"))
                .containsExactly("1");
        assertThat(a.sync().pull().pulled()).isZero();
    }

    @Test
    void an_equal_row_that_is_changed_before_the_first_sync_is_an_ordinary_change() throws SQLException {
        a.initExisting(Existing.MERGE, "item");
        a.exec("UPDATE item SET name = 'changed' WHERE id = 1; DELETE FROM item WHERE id = 2");
        a.exec("UPDATE item SET name = 'device, changed' WHERE id = 4");
        fleet.hub().exec("DELETE FROM item WHERE id = 2");
        assertThat(a.sync().exitCode()).isZero();
        assertThat(a.conflicts()).isEmpty();
        assertThat(fleet.onHub(ROWS)).containsExactly("1|changed", "3|of the hub", "4|device, changed");
        assertThat(a.rows(ROWS)).isEqualTo(fleet.onHub(ROWS));
        assertThat(a.sync().pull().pulled()).isZero();
    }

    @Test
    void rows_that_are_deleted_before_the_first_sync_do_not_come_back() throws SQLException {
        a.initExisting(Existing.MERGE, "item");
        a.exec("DELETE FROM item WHERE id IN (1, 2)");
        assertThat(a.sync().exitCode()).isEqualTo(3);
        assertThat(fleet.onHub(ROWS)).containsExactly("2|hub", "3|of the hub", "4|of the device");
        assertThat(a.rows(ROWS)).containsExactly("3|of the hub", "4|of the device");
        assertThat(a.conflicts())
                .extracting(c -> c.recordId() + " " + c.type() + " " + c.resolved())
                .containsExactly("2 update_delete false");
    }

    @Test
    void the_first_contact_may_be_a_pull() throws SQLException {
        a.initExisting(Existing.MERGE, "item");
        a.exec("INSERT INTO item VALUES (3, 'of the hub')");
        a.exec("UPDATE item SET name = 'changed' WHERE id = 1");
        a.pull();
        a.sync();
        assertThat(a.conflicts()).extracting(ConflictEntry::recordId).containsExactly("2");
        assertThat(fleet.onHub(ROWS)).containsExactly("1|changed", "2|hub", "3|of the hub", "4|of the device");
        assertThat(a.rows(ROWS)).containsExactly("1|changed", "2|device", "3|of the hub", "4|of the device");
    }

    @Test
    void pushing_lets_the_devices_row_win_and_keeps_the_hubs_in_the_log() throws SQLException {
        a.initExisting(Existing.PUSH, "item");
        assertThat(a.sync().exitCode()).isZero();
        List<String> all = List.of("1|equal", "2|device", "3|of the hub", "4|of the device");
        assertThat(a.rows(ROWS)).isEqualTo(all);
        assertThat(fleet.onHub(ROWS)).isEqualTo(all);
        ConflictEntry settled = a.conflicts().get(0);
        assertThat(settled.resolution()).isEqualTo("local");
        assertThat(settled.message()).contains("init --existing push");
        assertThat(String.valueOf(settled.remote())).contains("hub");

        // Only what was there at init: a row inserted later meets the hub's as everywhere.
        fleet.hub().exec("INSERT INTO item VALUES (5, 'hub')");
        a.exec("INSERT INTO item VALUES (5, 'device')");
        assertThat(a.sync().exitCode()).isEqualTo(3);
    }

    @Test
    void ignoring_leaves_the_devices_rows_where_they_are() throws SQLException {
        a.initExisting(Existing.IGNORE, "item");
        a.sync();
        assertThat(fleet.onHub(ROWS)).containsExactly("1|equal", "2|hub", "3|of the hub");
        assertThat(a.rows(ROWS)).containsExactly("1|equal", "2|device", "3|of the hub", "4|of the device");
        assertThat(a.verify().exitCode()).isZero();
        a.exec("UPDATE item SET name = 'changed' WHERE id = 4");
        a.sync();
        assertThat(fleet.onHub(ROWS)).contains("4|changed");
    }

    @Test
    void a_table_can_be_added_later_with_rows_on_both_sides() throws SQLException {
        String schema = "CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item)";
        fleet.hub().exec(schema + "; INSERT INTO part VALUES (1, 1), (2, 3)");
        a.exec(schema + "; INSERT INTO part VALUES (1, 1), (3, 4)");
        a.initExisting(Existing.PUSH, "item");
        a.sync();
        a.initExisting(Existing.MERGE, "part");
        assertThat(a.sync().exitCode()).isZero();
        assertThat(a.rows("SELECT * FROM part ORDER BY 1")).containsExactly("1|1", "2|3", "3|4");
        assertThat(fleet.onHub("SELECT * FROM part ORDER BY 1")).containsExactly("1|1", "2|3", "3|4");
    }
}
