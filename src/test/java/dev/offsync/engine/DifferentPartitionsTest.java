package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hub keeps a table in partitions by region, one device by number and the other in one piece. */
@Tag("guarantee-1")
@Tag("guarantee-4")
@Tag("guarantee-7")
class DifferentPartitionsTest {
    private static final String COLUMNS = " (id integer, region text, value numeric, PRIMARY KEY (id, region))";
    private static final String ROWS = "SELECT r::text FROM reading AS r ORDER BY id, region";

    private Fleet fleet;
    private Device a;
    private Device b;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared("CREATE TABLE other (id integer PRIMARY KEY)");
        a = fleet.a();
        b = fleet.b();
        fleet.hub()
                .exec("CREATE TABLE reading" + COLUMNS + " PARTITION BY LIST (region);"
                        + "CREATE TABLE north PARTITION OF reading FOR VALUES IN ('north');"
                        + "CREATE TABLE rest PARTITION OF reading DEFAULT");
        a.exec("CREATE TABLE reading" + COLUMNS + " PARTITION BY RANGE (id);"
                + "CREATE TABLE low PARTITION OF reading FOR VALUES FROM (MINVALUE) TO (7);"
                + "CREATE TABLE high PARTITION OF reading FOR VALUES FROM (7) TO (MAXVALUE)");
        b.exec("CREATE TABLE reading" + COLUMNS);
        a.init("reading");
        b.init("reading");
        a.exec("INSERT INTO reading SELECT i, CASE WHEN i % 3 = 0 THEN 'north' ELSE 'south' END, i"
                + " FROM generate_series(1, 12) AS i");
        assertInStep(12);
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void writes_through_the_root_and_straight_to_a_leaf_travel_both_ways() throws SQLException {
        a.exec(
                "UPDATE high SET value = value + 0.5; DELETE FROM low WHERE id = 1; UPDATE reading SET value = 7 WHERE id = 7");
        b.exec("UPDATE reading SET value = 11.50 WHERE id = 11");
        fleet.settle();
        fleet.hub().exec("UPDATE north SET value = 33 WHERE id = 3; DELETE FROM rest WHERE id = 5");
        assertInStep(10);
    }

    @Test
    void a_row_that_moves_between_partitions_on_one_side_moves_on_the_others() throws SQLException {
        a.exec("UPDATE reading SET region = 'north' WHERE id = 1");
        a.exec("UPDATE reading SET id = 100 WHERE id = 3");
        fleet.settle();
        fleet.hub().exec("UPDATE reading SET region = 'west' WHERE id = 6");
        assertInStep(12);
    }

    @Test
    void truncating_a_leaf_anywhere_takes_its_rows_alone() throws SQLException {
        a.exec("INSERT INTO reading SELECT 200 + i, 'south', 0 FROM generate_series(1, 200) AS i");
        fleet.settle();
        fleet.hub().exec("TRUNCATE north");
        fleet.settle();
        a.exec("TRUNCATE low");
        a.pushMassDelete();
        b.pullMassDelete();
        assertInStep(204);
    }

    private void assertInStep(int rows) throws SQLException {
        fleet.settle();
        assertThat(fleet.onHub(ROWS)).hasSize(rows).isEqualTo(a.rows(ROWS)).isEqualTo(b.rows(ROWS));
    }
}
