package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A key was changed here, and the hub changed the row under its old key: deletion, insert and what refers to them belong together. */
@Tag("guarantee-12")
@Tag("guarantee-13")
class ChangedKeyTest {
    private static final String ROWS =
            "SELECT o.id, o.code, l.id, l.orders_id, l.note FROM orders AS o FULL JOIN line AS l ON l.orders_id = o.id";

    @Test
    void all_of_it_goes_together_once_the_old_row_gives_way() throws SQLException {
        try (Fleet fleet = Fleet.of("""
                CREATE TABLE orders (id integer PRIMARY KEY, code text UNIQUE, note text);
                CREATE TABLE line (id integer PRIMARY KEY, note text,
                                   orders_id integer REFERENCES orders ON UPDATE CASCADE ON DELETE SET NULL);
                """, "orders", "line")) {
            Device a = fleet.a();
            fleet.hub().exec("INSERT INTO orders VALUES (2, 'two'); INSERT INTO line VALUES (3, 'first', 2)");
            fleet.settle();
            fleet.hub().exec("UPDATE orders SET note = 'changed on the hub'");
            a.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                    + " VALUES ('orders', 'update_delete', 'local_wins')");
            a.exec("UPDATE orders SET id = 9");
            a.push();
            assertThat(a.conflicts()).hasSizeLessThan(5).allMatch(ConflictEntry::resolved);

            fleet.settle();
            assertThat(fleet.onHub(ROWS))
                    .isEqualTo(a.rows(ROWS))
                    .isEqualTo(fleet.b().rows(ROWS))
                    .containsExactly("9|two|3|9|first");
        }
    }
}
