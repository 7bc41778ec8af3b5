package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A deletion is taken back because the hub's rows need the row, while another row has its unique value here. */
@Tag("guarantee-10")
@Tag("guarantee-12")
class ReturningRowTest {
    private static final String ROWS = "SELECT c::text FROM customer AS c ORDER BY id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(
                "CREATE TABLE customer (id integer PRIMARY KEY, email text UNIQUE, boss integer REFERENCES customer)",
                "customer");
        a = fleet.a();
        fleet.hub().exec("INSERT INTO customer VALUES (1, 'one', NULL), (2, 'two', 1), (3, NULL, NULL)");
        a.sync();
        a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                + " VALUES ('*', 'update_update', 'remote_wins'), ('*', 'foreign_key', 'remote_wins')");
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void it_waits_until_there_is_room_for_it() throws SQLException {
        fleet.hub().exec("UPDATE customer SET email = 'three', boss = 2 WHERE id = 3");
        a.exec("DELETE FROM customer WHERE id = 3");
        a.exec("UPDATE customer SET id = 3 WHERE id = 2");
        a.sync();
        a.sync();
        assertThat(a.rows(ROWS)).isEqualTo(fleet.onHub(ROWS)).containsExactly("(1,one,)", "(2,two,1)", "(3,three,2)");
        assertThat(a.conflicts()).isNotEmpty().allMatch(ConflictEntry::resolved);
    }
}
