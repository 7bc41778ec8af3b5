package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A column that the device gets later than the hub has the hub's values before anything of it is sent. */
@Tag("guarantee-18")
class NewColumnTest {
    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.inStep(
                "CREATE TABLE item (id integer PRIMARY KEY, name text)",
                "INSERT INTO item VALUES (1, 'one'), (2, 'two')",
                "item");
        a = fleet.a();
        fleet.hub().exec("ALTER TABLE item ADD colour text; UPDATE item SET colour = 'red'");
        a.init("item");
        a.sync();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    @Test
    void a_column_that_appears_here_later_is_filled_from_the_hub_before_it_is_sent() throws SQLException {
        a.exec("UPDATE item SET name = 'eins' WHERE id = 1");
        a.push();
        a.exec("ALTER TABLE item ADD colour text");
        a.init("item");
        a.push();

        assertThat(a.rows("SELECT * FROM item ORDER BY id")).containsExactly("1|eins|red", "2|two|red");
        a.exec("UPDATE item SET name = 'zwei' WHERE id = 2");
        a.sync();
        assertThat(fleet.onHub("SELECT * FROM item ORDER BY id")).containsExactly("1|eins|red", "2|zwei|red");
        assertThat(a.pull().pulled()).isZero();
    }

    @Test
    void what_was_changed_before_the_column_came_does_not_overwrite_it() throws SQLException {
        a.exec("UPDATE item SET name = 'eins' WHERE id = 1");
        a.exec("ALTER TABLE item ADD colour text");
        a.init("item");
        a.sync();
        a.sync();

        assertThat(fleet.onHub("SELECT * FROM item ORDER BY id")).containsExactly("1|eins|red", "2|two|red");
        assertThat(a.rows("SELECT * FROM item WHERE id = 2")).containsExactly("2|two|red");
    }
}
