package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A batch of many tables is taken apart by an index; what becomes of its rows is the same in each of them. */
@Tag("guarantee-4")
class ManyTablesTest {
    private static final int TABLES = 6;

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.of(
                each("CREATE TABLE item_{t} (id numeric PRIMARY KEY, name text);"),
                IntStream.range(0, TABLES).mapToObj(t -> "item_" + t).toArray(String[]::new));
        a = fleet.a();
        a.exec(each("INSERT INTO item_{t} SELECT n, n FROM generate_series(1, 3) AS n;"));
        fleet.settle();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    private static String each(String sql) {
        return IntStream.range(0, TABLES)
                .mapToObj(t -> sql.replace("{t}", Integer.toString(t)))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void rows_changed_again_and_again_rest_on_the_versions_that_the_hub_has() throws SQLException {
        a.configure("batch_size", "40");
        // Of each table: new and changed at once, changed twice, new and gone again, changed and gone; and in the end
        // gone and back.
        a.exec(each("INSERT INTO item_{t} VALUES (4, 'new'), (5, 'short-lived');"));
        a.exec(each("UPDATE item_{t} SET name = name || '!' WHERE id IN (1, 2, 4, 5);"));
        a.exec(each("UPDATE item_{t} SET name = 'twice' WHERE id IN (1, 2); DELETE FROM item_{t} WHERE id = 5;"));
        a.exec(each("DELETE FROM item_{t} WHERE id IN (2, 3);"));
        a.exec(each("INSERT INTO item_{t} VALUES (3.0, 'back');"));
        assertThat(a.push().conflicts().detected()).isZero();
        a.exec(each("UPDATE item_{t} SET name = name || '?' WHERE id = 4;"));
        a.exec("INSERT INTO item_0 VALUES (6, 'one'); UPDATE item_0 SET name = 'alone' WHERE id = 6");
        assertThat(a.push().conflicts().detected()).isZero();

        assertThat(a.rows("SELECT * FROM item_3 ORDER BY id")).containsExactly("1|twice", "3.0|back", "4|new!?");
        for (int t = 0; t < TABLES; t++) {
            String rows = "SELECT * FROM item_" + t + " ORDER BY id";
            assertThat(fleet.onHub(rows)).isEqualTo(a.rows(rows));
            assertThat(restsOn(t))
                    .isEqualTo(fleet.onHub(
                            "SELECT k1, version FROM offsync.row_" + (t + 1) + " WHERE NOT deleted ORDER BY k1"));
        }
        assertThat(a.push().pushed()).isZero();
        fleet.b().sync();
        assertThat(fleet.b().verify().differences()).isEmpty();
    }

    /** Key and version of each row of a table, as the device knows it. */
    private List<String> restsOn(int t) throws SQLException {
        return a.rows("SELECT i.id, coalesce(v.version, 1) FROM item_" + t + " AS i LEFT JOIN offsync.row_" + (t + 1)
                + " AS v ON v.k1 = i.id ORDER BY i.id");
    }

    @Test
    void what_a_person_decided_stands_in_whichever_table_it_is() throws SQLException {
        a.rule("*", "local_wins");
        fleet.hub().exec("UPDATE item_4 SET name = 'theirs' WHERE id = 1");
        a.exec(each("UPDATE item_{t} SET name = 'mine' WHERE id = 1;"));
        a.exec(each("UPDATE item_{t} SET name = 'mine again' WHERE id = 1;"));
        assertThat(a.push().conflicts().resolved()).isEqualTo(1);

        assertThat(fleet.onHub("SELECT name FROM item_4 WHERE id = 1")).containsExactly("mine again");
        assertThat(restsOn(4)).isEqualTo(fleet.onHub("SELECT k1, version FROM offsync.row_5 ORDER BY k1"));
    }
}
