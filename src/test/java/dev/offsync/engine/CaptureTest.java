package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.io.StringReader;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** Every kind of write is in the queue, in the transaction that made it. */
@Tag("guarantee-1")
class CaptureTest {
    private Device device;

    @BeforeEach
    void prepare() throws SQLException {
        var database = TestDatabases.create(TestServers.device());
        database.exec("""
                CREATE TABLE item (id integer PRIMARY KEY, name text, price numeric);
                CREATE TABLE part (id integer PRIMARY KEY, item_id integer REFERENCES item ON DELETE CASCADE);
                CREATE TABLE note (id integer PRIMARY KEY, item_id integer REFERENCES item ON DELETE SET NULL
                                                                                          ON UPDATE CASCADE);
                """);
        device = Device.alone(database, "item", "part", "note");
    }

    @AfterEach
    void drop() throws SQLException {
        device.close();
    }

    @Test
    void an_insert_an_update_and_a_delete_are_queued_with_the_rows_before_and_after() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'nail', 0.10)");
        device.exec("UPDATE item SET price = 0.20 WHERE id = 1");
        device.exec("DELETE FROM item");

        assertThat(device.rows("SELECT operation_type, operation_data::text, old_data::text"
                        + " FROM offsync.operation_queue ORDER BY id"))
                .containsExactly(
                        "INSERT|{\"id\": \"1\", \"name\": \"nail\", \"price\": \"0.10\"}|∅",
                        "UPDATE|{\"id\": \"1\", \"name\": \"nail\", \"price\": \"0.20\"}"
                                + "|{\"id\": \"1\", \"name\": \"nail\", \"price\": \"0.10\"}",
                        "DELETE|∅|{\"id\": \"1\", \"name\": \"nail\", \"price\": \"0.20\"}");
    }

    @Test
    void a_statement_over_many_rows_queues_each_of_them() throws SQLException {
        device.exec("INSERT INTO item SELECT i, 'x' FROM generate_series(1, 500) AS i");
        device.exec("UPDATE item SET name = 'y' WHERE id <= 300");

        assertThat(device.rows("SELECT operation_type, count(*), min(record_id::int), max(record_id::int)"
                        + " FROM offsync.operation_queue GROUP BY 1 ORDER BY 1"))
                .containsExactly("INSERT|500|1|500", "UPDATE|300|1|300");
    }

    @Test
    void copy_is_captured() throws Exception {
        try (var connection = device.database().connect()) {
            connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY item FROM STDIN", new StringReader("1\tone\t1\n2\t\\N\t\\N\n"));
        }

        assertThat(device.queue())
                .containsExactly(
                        "INSERT|1|{\"id\": \"1\", \"name\": \"one\", \"price\": \"1\"}",
                        "INSERT|2|{\"id\": \"2\", \"name\": null, \"price\": null}");
    }

    @Test
    void merge_is_captured_branch_by_branch() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one', 1), (2, 'two', 2)");
        device.exec("""
                MERGE INTO item AS t USING (VALUES (1, 'uno'), (2, NULL), (3, 'tre')) AS s(id, name) ON t.id = s.id
                WHEN MATCHED AND s.name IS NULL THEN DELETE
                WHEN MATCHED THEN UPDATE SET name = s.name
                WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)
                """);

        assertThat(device.operations())
                .containsExactlyInAnyOrder("INSERT 1", "INSERT 2", "INSERT 3", "UPDATE 1", "DELETE 2");
    }

    @Test
    void on_conflict_queues_what_it_came_to() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one')");
        device.exec(
                "INSERT INTO item VALUES (1, 'uno'), (2, 'due') ON CONFLICT (id) DO UPDATE SET name = excluded.name");
        device.exec("INSERT INTO item VALUES (1, 'eins'), (3, 'drei') ON CONFLICT DO NOTHING");

        assertThat(device.operations()).containsExactlyInAnyOrder("INSERT 1", "INSERT 2", "UPDATE 1", "INSERT 3");
        assertThat(device.scalar("SELECT operation_data ->> 'name' FROM offsync.operation_queue"
                        + " WHERE operation_type = 'UPDATE'"))
                .isEqualTo("uno");
    }

    @Test
    void what_a_foreign_key_does_to_other_rows_is_captured() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one')");
        device.exec("INSERT INTO part VALUES (10, 1), (11, 1); INSERT INTO note VALUES (20, 1)");
        device.exec("DELETE FROM item WHERE id = 1");

        assertThat(device.rows("SELECT table_name, operation_type, record_id FROM offsync.operation_queue"
                        + " WHERE id > 4 ORDER BY 1, 2, 3"))
                .containsExactly("item|DELETE|1", "note|UPDATE|20", "part|DELETE|10", "part|DELETE|11");
    }

    @Test
    void a_cascading_key_change_reaches_the_children() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one'); INSERT INTO note VALUES (20, 1)");
        device.exec("UPDATE item SET id = 2");

        assertThat(device.rows("SELECT table_name, operation_type, record_id FROM offsync.operation_queue"
                        + " WHERE id > 2 ORDER BY 1, 2, 3"))
                .containsExactly("item|DELETE|1", "item|INSERT|2", "note|UPDATE|20");
    }

    @Test
    void a_key_change_is_a_delete_and_an_insert() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two')");
        device.exec("UPDATE item SET id = id - 1, name = name || '!'");

        assertThat(device.rows("SELECT operation_type, record_id, coalesce(operation_data, old_data) ->> 'name'"
                        + " FROM offsync.operation_queue WHERE id > 2 ORDER BY record_id"))
                .containsExactly("INSERT|0|one!", "UPDATE|1|two!", "DELETE|2|two");
    }

    @Test
    void truncate_queues_every_row_as_deleted() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one'), (2, 'two'); INSERT INTO part VALUES (10, 1)");
        device.exec("TRUNCATE item CASCADE");

        assertThat(device.rows("SELECT table_name, operation_type, record_id, old_data IS NULL"
                        + " FROM offsync.operation_queue WHERE operation_type = 'DELETE' ORDER BY 1, 3"))
                .containsExactly("item|DELETE|1|f", "item|DELETE|2|f", "part|DELETE|10|f");
    }

    @Test
    void truncate_is_refused_where_its_snapshot_could_hide_rows() throws SQLException {
        device.exec("INSERT INTO part VALUES (10, NULL)");
        try (var session = device.open()) {
            session.exec("BEGIN ISOLATION LEVEL REPEATABLE READ");

            assertThatThrownBy(() -> session.exec("TRUNCATE part"))
                    .hasMessageContaining("cannot capture TRUNCATE under repeatable read");
        }
        assertThat(device.scalar("SELECT count(*) FROM part")).isEqualTo("1");
    }

    @Test
    void an_update_that_changes_nothing_queues_nothing() throws SQLException {
        device.exec("INSERT INTO item VALUES (1, 'one', 1.0)");
        device.exec("UPDATE item SET name = name, price = 1.0");
        device.exec("UPDATE item SET price = 1.00");

        assertThat(device.queue())
                .containsExactly(
                        "INSERT|1|{\"id\": \"1\", \"name\": \"one\", \"price\": \"1.0\"}",
                        "UPDATE|1|{\"id\": \"1\", \"name\": \"one\", \"price\": \"1.00\"}");
    }

    @Test
    void work_that_is_rolled_back_is_not_in_the_queue() throws SQLException {
        try (var session = device.open()) {
            session.exec("BEGIN; INSERT INTO item VALUES (1, 'one'); ROLLBACK");
            session.exec("BEGIN; INSERT INTO item VALUES (2, 'two'); SAVEPOINT s; INSERT INTO item VALUES (3, 'three');"
                    + " ROLLBACK TO s; INSERT INTO item VALUES (4, 'four'); COMMIT");
        }

        assertThat(device.operations()).containsExactly("INSERT 2", "INSERT 4");
        assertThat(device.scalar("SELECT count(DISTINCT transaction_id) FROM offsync.operation_queue"))
                .isEqualTo("1");
    }

    @Test
    void the_queue_and_the_row_appear_in_the_same_commit() throws SQLException {
        try (var session = device.open()) {
            session.exec("BEGIN; INSERT INTO item VALUES (1, 'one')");
            assertThat(device.queue()).isEmpty();
            session.exec("COMMIT");
        }
        assertThat(device.operations()).containsExactly("INSERT 1");
    }

    @Test
    void a_session_in_the_replica_role_is_captured() throws SQLException {
        try (var session = device.open()) {
            session.exec("SET session_replication_role = replica");
            session.exec("INSERT INTO item VALUES (1, 'one')");
            session.exec("UPDATE item SET name = 'uno'");
            session.exec("DELETE FROM item");
            session.exec("INSERT INTO item VALUES (1, 'one')");
            session.exec("TRUNCATE item CASCADE");
        }

        assertThat(device.operations()).containsExactly("INSERT 1", "UPDATE 1", "DELETE 1", "INSERT 1", "DELETE 1");
    }

    @Test
    void a_write_from_within_an_applications_function_is_captured() throws SQLException {
        device.exec("""
                CREATE FUNCTION add_part() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN INSERT INTO part VALUES (NEW.id * 10, NEW.id); RETURN NULL; END $$;
                CREATE TRIGGER add_part AFTER INSERT ON item FOR EACH ROW EXECUTE FUNCTION add_part();
                """);
        device.exec("INSERT INTO item VALUES (1, 'one')");

        assertThat(device.operations()).containsExactlyInAnyOrder("INSERT 1", "INSERT 10");
    }

    @Test
    void a_before_trigger_is_captured_with_what_it_made_of_the_row() throws SQLException {
        device.exec("""
                CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN NEW.name := upper(NEW.name); RETURN NEW; END $$;
                CREATE TRIGGER zz_loud BEFORE INSERT OR UPDATE ON item FOR EACH ROW EXECUTE FUNCTION loud();
                """);
        device.exec("INSERT INTO item VALUES (1, 'one')");

        assertThat(device.scalar("SELECT operation_data ->> 'name' FROM offsync.operation_queue"))
                .isEqualTo("ONE");
    }

    @Test
    void a_write_in_a_prepared_transaction_is_queued_when_it_commits() throws SQLException {
        assumeThat(device.scalar("SHOW max_prepared_transactions")).isNotEqualTo("0");
        try (var session = device.open()) {
            session.exec("BEGIN; INSERT INTO item VALUES (1, 'one'); PREPARE TRANSACTION 'later'");
        }
        assertThat(device.queue()).isEmpty();
        device.exec("COMMIT PREPARED 'later'");
        assertThat(device.operations()).containsExactly("INSERT 1");
    }
}
