package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Between a change of the table and the next init, writes go through and are captured under the right names. */
@Tag("guarantee-1")
@Tag("guarantee-18")
class DriftCaptureTest {
    private Device device;
    private Sql session;

    @BeforeEach
    void prepare() throws SQLException {
        var database = TestDatabases.create(TestServers.device());
        database.exec("CREATE TABLE item (id integer PRIMARY KEY, name text, amount integer)");
        device = Device.alone(database, "item");
        session = device.open();
        // A session that has run the trigger functions before has their plans cached.
        session.exec("INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2), (3, 'three', 3)");
        session.exec("UPDATE item SET name = 'uno' WHERE id = 1");
        session.exec("DELETE FROM item WHERE id = 3");
        session.exec("TRUNCATE offsync.journal");
    }

    @AfterEach
    void drop() throws SQLException {
        session.close();
        device.close();
    }

    @Test
    void a_new_column_is_captured_with_its_value() throws SQLException {
        session.exec("ALTER TABLE item ADD COLUMN colour text DEFAULT 'red'");
        session.exec("UPDATE item SET colour = 'blue' WHERE id = 1");
        session.exec("INSERT INTO item VALUES (4, 'four', 4, 'green')");
        session.exec("DELETE FROM item WHERE id = 2");

        assertThat(device.queue())
                .containsExactly(
                        "UPDATE|1|{\"id\": \"1\", \"name\": \"uno\", \"amount\": \"1\", \"colour\": \"blue\"}",
                        "INSERT|4|{\"id\": \"4\", \"name\": \"four\", \"amount\": \"4\", \"colour\": \"green\"}",
                        "DELETE|2|{\"id\": \"2\", \"name\": \"two\", \"amount\": \"2\", \"colour\": \"red\"}");
    }

    @Test
    void a_dropped_column_is_left_out() throws SQLException {
        session.exec("ALTER TABLE item DROP COLUMN name");
        session.exec("UPDATE item SET amount = 10 WHERE id = 1");

        assertThat(device.queue()).containsExactly("UPDATE|1|{\"id\": \"1\", \"amount\": \"10\"}");
    }

    @Test
    void a_renamed_column_is_captured_under_its_new_name() throws SQLException {
        session.exec("ALTER TABLE item RENAME COLUMN name TO title");
        session.exec("UPDATE item SET title = 'eins' WHERE id = 1");

        assertThat(device.queue()).containsExactly("UPDATE|1|{\"id\": \"1\", \"title\": \"eins\", \"amount\": \"1\"}");
    }

    @Test
    void two_columns_that_swap_names_are_told_apart() throws SQLException {
        session.exec("ALTER TABLE item RENAME COLUMN name TO x; ALTER TABLE item RENAME COLUMN amount TO name;"
                + " ALTER TABLE item RENAME COLUMN x TO amount");
        session.exec("UPDATE item SET name = 7 WHERE id = 1");

        assertThat(device.queue()).containsExactly("UPDATE|1|{\"id\": \"1\", \"name\": \"7\", \"amount\": \"uno\"}");
    }

    @Test
    void a_retyped_column_is_captured_with_the_new_types_text() throws SQLException {
        session.exec("ALTER TABLE item ALTER COLUMN amount TYPE numeric(10, 2)");
        session.exec("UPDATE item SET amount = 2.50 WHERE id = 1");

        assertThat(device.queue()).containsExactly("UPDATE|1|{\"id\": \"1\", \"name\": \"uno\", \"amount\": \"2.50\"}");
    }

    @Test
    void a_retyped_key_is_captured() throws SQLException {
        session.exec("ALTER TABLE item ALTER COLUMN id TYPE text");
        session.exec("UPDATE item SET name = 'eins' WHERE id = '1'");
        session.exec("INSERT INTO item VALUES ('x', 'new', 1)");

        assertThat(device.queue())
                .containsExactly(
                        "UPDATE|1|{\"id\": \"1\", \"name\": \"eins\", \"amount\": \"1\"}",
                        "INSERT|x|{\"id\": \"x\", \"name\": \"new\", \"amount\": \"1\"}");
    }

    @Test
    void a_renamed_key_column_loses_no_row() throws SQLException {
        session.exec("ALTER TABLE item RENAME COLUMN id TO number");
        session.exec("UPDATE item SET name = 'eins' WHERE number = 1");
        session.exec("INSERT INTO item VALUES (4, 'four', 4)");
        session.exec("DELETE FROM item WHERE number = 2");

        assertThat(device.rows(
                        "SELECT operation_type, operation_data::text, old_data::text FROM offsync.operation_queue"
                                + " ORDER BY id"))
                .contains(
                        "INSERT|{\"name\": \"four\", \"amount\": \"4\", \"number\": \"4\"}|∅",
                        "DELETE|∅|{\"name\": \"two\", \"amount\": \"2\", \"number\": \"2\"}")
                .anyMatch(row -> row.contains("\"eins\""))
                .allMatch(row -> row.contains("number"));
    }

    @Test
    void a_dropped_key_fails_no_write() throws SQLException {
        session.exec("ALTER TABLE item DROP COLUMN id");
        session.exec("UPDATE item SET name = 'eins' WHERE amount = 1");
        session.exec("INSERT INTO item VALUES ('new', 9)");
        session.exec("DELETE FROM item");

        assertThat(device.rows("SELECT DISTINCT operation_type FROM offsync.operation_queue ORDER BY 1"))
                .contains("DELETE", "INSERT");
    }

    @Test
    void a_renamed_table_is_captured_still() throws SQLException {
        session.exec("ALTER TABLE item RENAME TO ware");
        session.exec("UPDATE ware SET name = 'eins' WHERE id = 1");
        session.exec("CREATE SCHEMA other; ALTER TABLE ware SET SCHEMA other; CREATE TABLE item (x text)");
        session.exec("INSERT INTO other.ware VALUES (4, 'four', 4)");
        session.exec("TRUNCATE other.ware");

        assertThat(device.operations()).containsExactly("UPDATE 1", "INSERT 4", "DELETE 2", "DELETE 1", "DELETE 4");
    }

    @Test
    void a_change_of_the_table_within_the_transaction_is_seen_and_undone_with_it() throws SQLException {
        session.exec("BEGIN");
        session.exec("UPDATE item SET amount = 2 WHERE id = 1");
        session.exec("SAVEPOINT s");
        session.exec("ALTER TABLE item RENAME COLUMN name TO title");
        session.exec("UPDATE item SET amount = 3 WHERE id = 1");
        session.exec("ROLLBACK TO s");
        session.exec("UPDATE item SET amount = 4 WHERE id = 1");
        session.exec("ALTER TABLE item ADD COLUMN colour text");
        session.exec("UPDATE item SET amount = 5 WHERE id = 1");
        session.exec("COMMIT");

        assertThat(device.queue())
                .containsExactly(
                        "UPDATE|1|{\"id\": \"1\", \"name\": \"uno\", \"amount\": \"2\"}",
                        "UPDATE|1|{\"id\": \"1\", \"name\": \"uno\", \"amount\": \"4\"}",
                        "UPDATE|1|{\"id\": \"1\", \"name\": \"uno\", \"amount\": \"5\", \"colour\": null}");
    }

    @Test
    void an_old_snapshot_sees_the_columns_as_they_are() throws SQLException {
        try (var old = device.open()) {
            old.exec("BEGIN ISOLATION LEVEL REPEATABLE READ");
            old.scalar("SELECT count(*) FROM pg_class");
            device.exec("ALTER TABLE item RENAME COLUMN name TO title");
            old.exec("UPDATE item SET title = 'eins' WHERE id = 1");
            old.exec("COMMIT");
        }

        assertThat(device.queue()).containsExactly("UPDATE|1|{\"id\": \"1\", \"title\": \"eins\", \"amount\": \"1\"}");
    }

    @Test
    void new_columns_may_be_called_like_the_engines_own_names() throws SQLException {
        session.exec(
                "ALTER TABLE item ADD image text, ADD offsync_row text, ADD missing text, ADD tg_op text, ADD k1 text,"
                        + " ADD n text, ADD o text, ADD found boolean, ADD \"new\" text, ADD old_key text, ADD tg_relid oid");
        session.exec(
                "UPDATE item SET image = 'i', offsync_row = 'r', missing = 'm', tg_op = 't', k1 = 'k' WHERE id = 1");
        session.exec("INSERT INTO item (id, n, o) VALUES (4, 'n', 'o')");
        session.exec("DELETE FROM item WHERE id = 2");
        session.exec("TRUNCATE item");

        assertThat(device.operations()).containsExactly("UPDATE 1", "INSERT 4", "DELETE 2", "DELETE 1", "DELETE 4");
        assertThat(device.rows(
                        "SELECT operation_data ->> 'image', operation_data ->> 'k1', operation_data ->> 'missing'"
                                + " FROM offsync.operation_queue WHERE operation_type = 'UPDATE'"))
                .containsExactly("i|k|m");
    }
}
