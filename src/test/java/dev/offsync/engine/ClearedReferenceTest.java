package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A foreign key that a deletion sets to NULL, on a row that the hub changed meanwhile. */
@Tag("guarantee-12")
@Tag("guarantee-13")
class ClearedReferenceTest {
    private static final String ROWS =
            "SELECT o.id, o.code, l.id, l.orders_id, l.note FROM orders AS o FULL JOIN line AS l ON l.orders_id = o.id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                """
                CREATE TABLE orders (id integer PRIMARY KEY, code text UNIQUE, note text);
                CREATE TABLE line (id integer PRIMARY KEY, note text,
                                   orders_id integer REFERENCES orders ON UPDATE CASCADE ON DELETE SET NULL);
                """, "INSERT INTO orders VALUES (2, 'two'); INSERT INTO line VALUES (3, 'first', 2)", "orders", "line");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_row_that_refers_twice_loses_both_references_and_stays() throws SQLException {
        try (Fleet twice = Fleet.of("""
                CREATE TABLE address (id integer PRIMARY KEY);
                CREATE TABLE parcel (id integer PRIMARY KEY, sender integer REFERENCES address ON DELETE SET NULL,
                                     receiver integer REFERENCES address ON DELETE SET NULL);
                """, "address", "parcel")) {
            twice.hub().exec("INSERT INTO address VALUES (1)");
            twice.settle();
            twice.hub().exec("INSERT INTO parcel VALUES (5, 1, 1)");
            twice.a().rule("foreign_key", "local_wins");
            twice.a().exec("DELETE FROM address");
            twice.settle();
            for (var database :
                    List.of(twice.hub(), twice.a().database(), twice.b().database())) {
                assertThat(database.rows("SELECT * FROM parcel")).containsExactly("5|∅|∅");
                assertThat(database.rows("SELECT * FROM address")).isEmpty();
            }
        }
    }

    private void assertInStepAfterFewConflicts(String row) throws SQLException {
        a.push();
        assertThat(a.conflicts()).hasSizeLessThan(5).allMatch(ConflictEntry::resolved);
        fleet.settle();
        assertThat(fleet.onHub(ROWS))
                .isEqualTo(a.rows(ROWS))
                .isEqualTo(fleet.b().rows(ROWS))
                .containsExactly(row);
        assertThat(a.conflicts()).hasSizeLessThan(5).allMatch(ConflictEntry::resolved);
    }

    @Test
    void a_key_that_was_changed_here_goes_with_what_refers_to_it_once_the_old_row_gives_way() throws SQLException {
        fleet.hub().exec("UPDATE orders SET note = 'changed on the hub'");
        a.rule("update_delete", "local_wins");
        a.exec("UPDATE orders SET id = 9");

        assertInStepAfterFewConflicts("9|two|3|9|first");
    }

    @Test
    void a_row_whose_own_change_lost_is_cleared_as_the_hub_has_it() throws SQLException {
        fleet.hub().exec("UPDATE line SET note = 'changed on the hub'");
        a.rule("update_update", "remote_wins");
        a.rule("foreign_key", "local_wins");
        a.exec("DELETE FROM orders");

        assertInStepAfterFewConflicts("∅|∅|3|∅|changed on the hub");
    }
}
