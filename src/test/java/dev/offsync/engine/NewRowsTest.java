package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that are new on the hub go in without a look at those that are here; what they meet all the same is found out. */
@Tag("guarantee-7")
class NewRowsTest {
    /** A row that is here and in no queue, as an init on another version of the table or a restored file leaves it. */
    private static void writeUnseen(Device device, String statement) throws SQLException {
        device.exec("BEGIN; INSERT INTO offsync.applying (xid) VALUES (pg_current_xact_id()); " + statement
                + "; DELETE FROM offsync.applying; COMMIT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRIMARY KEY", "PRIMARY KEY DEFERRABLE INITIALLY DEFERRED"})
    void a_row_that_nobody_knows_of_gives_way_to_the_hubs_new_one_of_its_key(String constraint) throws SQLException {
        try (Fleet fleet =
                Fleet.of("CREATE TABLE item (id integer " + constraint + ", name text, UNIQUE (name))", "item")) {
            Device a = fleet.a();
            fleet.hub().exec("INSERT INTO item VALUES (1, 'known')");
            fleet.settle();
            writeUnseen(a, "INSERT INTO item VALUES (2, 'unseen')");
            fleet.hub().exec("INSERT INTO item SELECT i, 'from the hub ' || i FROM generate_series(2, 4) AS i");

            assertThat(a.pull().pulled()).isEqualTo(3);
            assertThat(a.rows("SELECT * FROM item ORDER BY id"))
                    .containsExactly("1|known", "2|from the hub 2", "3|from the hub 3", "4|from the hub 4");
            assertThat(a.queue()).isEmpty();
            assertThat(a.pull().pulled()).isZero();
        }
    }
}
