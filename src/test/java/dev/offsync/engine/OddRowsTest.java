package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Use;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Conflicts of rows that are no plain ones: generated columns, NULLs that are not distinct, circles of references. */
@Tag("guarantee-10")
@Tag("guarantee-12")
class OddRowsTest {
    private Fleet fleet;
    private Device a;

    private void prepare(String schema, String rows) throws SQLException {
        fleet = Fleet.of(schema, "item");
        a = fleet.a();
        fleet.hub().exec(rows);
        fleet.settle();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private void assertInStep() throws SQLException {
        fleet.settle();
        String rows = "SELECT t::text FROM item AS t ORDER BY 1";
        assertThat(a.rows(rows)).isEqualTo(fleet.onHub(rows));
        assertThat(fleet.b().rows(rows)).isEqualTo(fleet.onHub(rows));
        assertThat(a.conflicts()).allMatch(ConflictEntry::resolved);
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void a_unique_generated_column_and_nulls_that_are_not_distinct() throws SQLException {
        prepare("""
                CREATE TABLE item (shop text, no integer, a integer, b integer GENERATED ALWAYS AS (a * 2) STORED UNIQUE,
                                   c text, UNIQUE NULLS NOT DISTINCT (c), PRIMARY KEY (shop, no))
                """, "INSERT INTO item (shop, no, a, c) VALUES ('x, \"y\"', 1, 1, 'c')");
        fleet.hub().exec("INSERT INTO item (shop, no, a) VALUES ('h', 2, 7)");
        a.exec("INSERT INTO item (shop, no, a) VALUES ('l', 3, 7)");
        a.exec("UPDATE item SET a = 8 WHERE no = 1");
        a.sync();
        assertThat(a.conflicts()).singleElement().satisfies(conflict -> {
            assertThat(conflict.type()).isEqualTo("unique_violation");
            assertThat(conflict.recordId()).isEqualTo("[\"l\", \"3\"]");
            assertThat(conflict.related()).extracting("recordId").containsOnly("[\"h\", \"2\"]");
        });
        a.resolve(Use.LOCAL, Map.of("a", "9", "c", "free"));
        assertInStep();
        assertThat(fleet.onHub("SELECT count(*) FROM item")).containsExactly("3");
    }

    @Test
    void a_circle_of_deferred_references_with_a_conflict_in_it() throws SQLException {
        prepare("""
                CREATE TABLE item (id integer PRIMARY KEY, next integer NOT NULL REFERENCES item DEFERRABLE INITIALLY DEFERRED,
                                   name text)
                """, "INSERT INTO item VALUES (1, 2, 'one'), (2, 1, 'two')");
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        a.exec(
                "BEGIN; INSERT INTO item VALUES (3, 1, 'three'); UPDATE item SET next = 3, name = 'local' WHERE id = 2; COMMIT");
        fleet.hub().exec("UPDATE item SET name = 'remote' WHERE id = 2");
        a.sync();
        assertThat(fleet.onHub("SELECT id, next FROM item ORDER BY 1")).containsExactly("1|2", "2|1", "3|1");
        a.resolve(Use.LOCAL);
        assertInStep();
        assertThat(fleet.onHub("SELECT id, next, name FROM item ORDER BY 1"))
                .containsExactly("1|2|one", "2|3|local", "3|1|three");
    }
}
