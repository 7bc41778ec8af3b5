package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.SyncResult;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A synced table is dropped on one side between two runs, and made again. */
@Tag("guarantee-18")
class VanishedTableTest {
    private static final String ITEM = "CREATE TABLE item (id integer PRIMARY KEY, name text)";
    private static final String ROWS = "SELECT i::text FROM item AS i ORDER BY id";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                ITEM + "; CREATE TABLE other (id integer PRIMARY KEY)",
                "INSERT INTO item VALUES (1, 'one'), (2, 'two')",
                "item",
                "other");
        a = fleet.a();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void on_the_hub_it_is_named_and_the_rest_flows() throws SQLException {
        fleet.hub().exec("DROP TABLE item");
        a.exec("INSERT INTO item VALUES (3, 'three')");
        assertItemIsNamedAndOtherFlows();
        assertThat(a.states()).contains("3 pending");
    }

    @Test
    void made_again_on_the_hub_it_gets_back_what_the_device_has() throws SQLException {
        fleet.hub().exec("DROP TABLE item");
        a.exec("INSERT INTO item VALUES (3, 'three')");
        a.sync();
        fleet.hub().exec(ITEM);
        assertItemIsNamedAndOtherFlows();
        a.init("item", "other");
        a.sync();
        a.sync();
        assertThat(fleet.onHub(ROWS)).isEqualTo(a.rows(ROWS)).hasSize(3);
        assertBothWaysWork();
    }

    @Test
    void on_the_device_it_is_named_and_the_rest_flows() throws SQLException {
        a.exec("DROP TABLE item");
        assertItemIsNamedAndOtherFlows();
        assertThat(fleet.onHub(ROWS)).hasSize(2);
    }

    @Test
    void made_again_on_the_device_it_gets_the_rows_of_the_hub() throws SQLException {
        a.exec("DROP TABLE item");
        a.sync();
        a.exec(ITEM);
        a.init("item", "other");
        a.sync();
        assertThat(a.rows(ROWS)).isEqualTo(fleet.onHub(ROWS)).hasSize(2);
        assertBothWaysWork();
    }

    @Test
    void made_again_on_the_device_before_anybody_looked_it_gets_the_rows_of_the_hub() throws SQLException {
        a.exec("UPDATE item SET name = 'pending' WHERE id = 1");
        a.exec("DROP TABLE item; " + ITEM);
        a.sync();
        a.init("item", "other");
        a.sync();
        assertThat(a.rows(ROWS)).isEqualTo(fleet.onHub(ROWS)).hasSize(2);
        assertBothWaysWork();
    }

    private void assertItemIsNamedAndOtherFlows() throws SQLException {
        int other = Integer.parseInt(a.scalar("SELECT count(*) FROM other"));
        a.exec("INSERT INTO other VALUES (?)", other);
        SyncResult result = a.sync();
        assertThat(result.push().problems())
                .anySatisfy(problem -> assertThat(problem.table()).contains("item"));
        assertThat(fleet.onHub("SELECT count(*) FROM other")).containsExactly("" + (other + 1));
    }

    private void assertBothWaysWork() throws SQLException {
        a.exec("INSERT INTO item VALUES (10, 'from the device'); UPDATE item SET name = 'a' WHERE id = 2");
        fleet.hub().exec("INSERT INTO item VALUES (11, 'from the hub')");
        a.sync();
        assertThat(a.rows(ROWS)).isEqualTo(fleet.onHub(ROWS)).contains("(10,\"from the device\")", "(2,a)");
    }
}
