package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.Problem;
import dev.offsync.model.SyncResult;
import dev.offsync.model.Use;
import dev.offsync.sync.QueueChoice;
import dev.offsync.sync.QueueFilter;
import dev.offsync.sync.QueueVerbs;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Somebody changes a table on one side. What it touches waits and says why, the rest flows, and init adopts the change. */
@Tag("guarantee-18")
class DriftTest {
    private static final String SCHEMA =
            "CREATE TABLE item (id integer PRIMARY KEY, name text, amount integer, region integer NOT NULL DEFAULT 1);"
                    + " CREATE TABLE other (id integer PRIMARY KEY)";
    private static final String ITEMS = "SELECT i.*::text FROM item AS i ORDER BY 1";

    private Fleet fleet;
    private Device a;

    @BeforeEach
    void prepare() throws SQLException {
        fleet = Fleet.unprepared(SCHEMA);
        a = fleet.a();
        fleet.hub().exec("INSERT INTO item VALUES (1, 'one', 1, 1), (2, 'two', 2, 1)");
        a.init("item", "other");
        a.sync();
    }

    @AfterEach
    void drop() throws SQLException {
        fleet.close();
    }

    /** The change is made on one side while an operation waits, and one more comes after it; then on the other side. */
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hub   | ALTER TABLE item ADD colour text                              | colour | new on the hub",
                "device| ALTER TABLE item ADD colour text                              | colour | new in this database",
                "hub   | ALTER TABLE item DROP COLUMN amount                           | amount | gone on the hub",
                "device| ALTER TABLE item DROP COLUMN amount                           | amount | gone in this database",
                "hub   | ALTER TABLE item RENAME amount TO quantity                    | amount | called quantity now on the hub",
                "device| ALTER TABLE item RENAME amount TO quantity                    | amount | called quantity now in this database",
                "hub   | ALTER TABLE item ALTER amount TYPE numeric(10,2)              | amount | of type numeric(10,2)",
                "device| ALTER TABLE item ALTER amount TYPE numeric(10,2)              | amount | of type numeric(10,2)",
                "hub   | ALTER TABLE item ALTER name SET NOT NULL                      | name   | must not be NULL any more on the hub",
                "device| ALTER TABLE item ALTER name SET NOT NULL                      | name   | must not be NULL any more in this",
                "hub   | ALTER TABLE item ALTER id TYPE bigint                         | id     | of type bigint",
                "device| ALTER TABLE item ALTER id TYPE bigint                         | id     | of type bigint",
                "hub   | ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, region) | region | primary key (id, region)",
                "device| ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, region) | region | primary key (id, region)",
            })
    void a_change_parks_its_table_and_is_adopted(String side, String ddl, String column, String words)
            throws SQLException {
        TestDatabase first = side.trim().equals("hub") ? fleet.hub() : a.database();
        TestDatabase second = side.trim().equals("hub") ? a.database() : fleet.hub();
        a.exec("UPDATE item SET name = 'before' WHERE id = 1");
        first.exec(ddl);
        a.exec("UPDATE item SET name = 'after' WHERE id = 2; INSERT INTO item (id, name) VALUES (3, 'new')");
        fleet.hub().exec("INSERT INTO item (id, name) VALUES (4, 'from the hub')");
        assertParked(column, words);

        second.exec(ddl);
        a.init("item");
        a.sync();
        assertThat(a.sync().exitCode()).isZero();
        assertThat(a.conflicts()).isEmpty();
        assertThat(fleet.onHub("SELECT id, name FROM item ORDER BY id"))
                .containsExactly("1|before", "2|after", "3|new", "4|from the hub");
        assertThat(a.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
        assertThat(a.verify().exitCode()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"hub,gone from the hub", "device,gone from this database"})
    void a_dropped_table_is_adopted_once_it_is_back(String side, String words) throws SQLException {
        TestDatabase first = side.equals("hub") ? fleet.hub() : a.database();
        a.exec("UPDATE item SET name = 'before' WHERE id = 1");
        first.exec("DROP TABLE item");
        assertParked(null, words);

        first.exec(
                "CREATE TABLE item (id integer PRIMARY KEY, name text, amount integer, region integer NOT NULL DEFAULT 1)");
        a.init("item");
        a.sync();
        assertThat(a.sync().exitCode()).isZero();
        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,before,1,1)", "(2,two,2,1)");
        assertThat(a.rows(ITEMS)).isEqualTo(fleet.onHub(ITEMS));
        assertThat(a.conflicts()).isEmpty();
        a.exec("UPDATE item SET name = 'captured' WHERE id = 2");
        fleet.hub().exec("UPDATE item SET name = 'tracked' WHERE id = 1");
        a.sync();
        assertThat(a.rows(ITEMS))
                .containsExactly("(1,tracked,1,1)", "(2,captured,2,1)")
                .isEqualTo(fleet.onHub(ITEMS));
    }

    @Test
    void a_change_of_a_column_that_is_new_in_the_key_moves_the_row_on_the_hub_too() throws SQLException {
        fleet.hub()
                .exec(
                        "UPDATE item SET amount = 10 WHERE id = 1; INSERT INTO item VALUES (4, 'four', 4, 1), (5, 'five', 5, 1)");
        a.sync();
        a.exec("UPDATE item SET region = 2 WHERE id = 1");
        a.exec("UPDATE item SET region = 3, name = 'moved' WHERE id = 1");
        a.exec("UPDATE item SET region = 4 WHERE id = 2");
        a.exec("DELETE FROM item WHERE id = 2");
        a.exec("INSERT INTO item VALUES (3, 'new', 3, 1)");
        a.exec("UPDATE item SET region = 5 WHERE id = 3");
        a.exec("UPDATE item SET region = 6 WHERE id = 4");
        a.exec("UPDATE item SET region = 1 WHERE id = 4");
        a.exec("UPDATE item SET name = 'stays' WHERE id = 5");
        String ddl = "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, region)";
        fleet.hub().exec(ddl);
        a.exec(ddl);
        a.init("item");
        a.sync();
        assertThat(a.sync().exitCode()).isZero();
        assertThat(a.conflicts()).isEmpty();
        assertThat(fleet.onHub(ITEMS))
                .containsExactly("(1,moved,10,3)", "(3,new,3,5)", "(4,four,4,1)", "(5,stays,5,1)")
                .isEqualTo(a.rows(ITEMS));
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void an_open_conflict_goes_by_the_new_key_and_begins_anew_where_that_makes_two_rows_of_one() throws SQLException {
        a.exec("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        fleet.hub().exec("UPDATE item SET amount = amount * 10");
        a.exec("UPDATE item SET region = 2 WHERE id = 1; UPDATE item SET name = 'stays' WHERE id = 2");
        assertThat(a.sync().push().conflicts().open()).isEqualTo(2);
        String ddl = "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (id, region)";
        fleet.hub().exec(ddl);
        a.exec(ddl);
        a.init("item");
        assertThat(a.sync().exitCode()).isEqualTo(3);
        assertThat(a.conflicts())
                .extracting(c -> c.recordId() + " " + c.type() + " " + c.resolution())
                .containsExactlyInAnyOrder(
                        "1 update_update dissolved",
                        "[\"1\", \"1\"] update_delete null",
                        "[\"2\", \"1\"] update_update null");
        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,one,1,2)", "(1,one,10,1)", "(2,two,20,1)");

        a.resolve(Use.LOCAL);
        a.sync();
        assertThat(a.sync().exitCode()).isZero();
        assertThat(fleet.onHub(ITEMS))
                .containsExactly("(1,one,1,2)", "(2,stays,2,1)")
                .isEqualTo(a.rows(ITEMS));
        assertThat(a.verify().exitCode()).isZero();
    }

    @Test
    void a_value_captured_under_a_name_that_is_gone_again_is_not_left_out() throws SQLException {
        a.exec("ALTER TABLE item RENAME amount TO quantity");
        a.exec("UPDATE item SET quantity = 20 WHERE id = 2");
        a.exec("ALTER TABLE item RENAME quantity TO amount");
        assertParked("quantity", "captured while it had a column quantity");

        a.init("item");
        assertThat(a.sync().exitCode()).isZero();
        assertThat(fleet.onHub(ITEMS)).containsExactly("(1,one,1,1)", "(2,two,20,1)");
    }

    @Test
    void what_is_new_on_the_device_is_not_sent_with_what_was_captured_before() throws SQLException {
        a.exec("ALTER TABLE item RENAME name TO title");
        a.exec("UPDATE item SET title = 'mine' WHERE id = 1");
        a.exec("ALTER TABLE item ADD colour text");
        fleet.hub()
                .exec("ALTER TABLE item RENAME name TO title; ALTER TABLE item ADD colour text;"
                        + " UPDATE item SET colour = 'red' WHERE id = 2");
        a.init("item");
        a.sync();
        a.sync();
        assertThat(fleet.onHub(ITEMS))
                .containsExactly("(1,mine,1,1,)", "(2,two,2,1,red)")
                .isEqualTo(a.rows(ITEMS));
    }

    @Test
    void a_rejected_row_goes_with_queue_retry_after_the_mend() throws SQLException {
        a.exec("INSERT INTO item VALUES (3, NULL, 3, 1)");
        fleet.hub().exec("ALTER TABLE item ALTER name SET NOT NULL");
        a.sync();
        a.init("item");
        for (int i = 0; i < 3; i++) {
            assertThat(a.sync().exitCode()).isEqualTo(4);
        }
        assertThat(a.states()).containsExactly("3 failed");
        fleet.hub().exec("ALTER TABLE item ALTER name DROP NOT NULL");
        a.init("item");
        new QueueVerbs(a.settings()).retry(QueueChoice.matching(new QueueFilter(null, null)));
        assertThat(a.sync().exitCode()).isZero();
        assertThat(fleet.onHub(ITEMS)).contains("(3,,3,1)");
    }

    private void assertParked(@Nullable String column, String words) throws SQLException {
        a.exec("INSERT INTO other VALUES (7)");
        SyncResult result = a.sync();
        assertThat(result.exitCode()).isEqualTo(4);
        assertThat(result.push().problems()).singleElement().satisfies(problem -> {
            assertThat(problem.code()).isEqualTo("schema_drift");
            assertThat(problem.table()).isEqualTo("item");
            assertThat(problem.column()).isEqualTo(column);
            assertThat(problem.message()).contains(words);
            assertThat(problem.hint()).contains("offsync init --tables item");
        });
        assertThat(result.pull().problems()).extracting(Problem::code).containsExactly("schema_drift");
        assertThat(fleet.onHub("SELECT id FROM other")).containsExactly("7");
    }
}
