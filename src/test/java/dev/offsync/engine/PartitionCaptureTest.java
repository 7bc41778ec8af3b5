package dev.offsync.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A write to a partitioned table is queued once, whichever way it takes. */
@Tag("guarantee-1")
class PartitionCaptureTest {
    private Device device;

    @BeforeEach
    void prepare() throws SQLException {
        var database = TestDatabases.create(TestServers.device());
        database.exec("""
                CREATE TABLE reading (id integer, day integer, value text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
                CREATE TABLE reading_1 PARTITION OF reading FOR VALUES FROM (1) TO (2);
                CREATE TABLE reading_2 (extra text, value text, day integer NOT NULL, id integer NOT NULL);
                ALTER TABLE reading_2 DROP COLUMN extra;
                ALTER TABLE reading ATTACH PARTITION reading_2 FOR VALUES FROM (2) TO (3);
                """);
        device = Device.alone(database, "reading");
    }

    @AfterEach
    void drop() throws SQLException {
        device.close();
    }

    @Test
    void writes_through_the_root_are_captured_once() throws SQLException {
        device.exec("INSERT INTO reading VALUES (1, 1, 'a'), (2, 2, 'b')");
        device.exec("UPDATE reading SET value = upper(value)");
        device.exec("DELETE FROM reading");

        assertThat(device.rows("SELECT operation_type, record_id, coalesce(operation_data, old_data) ->> 'value'"
                        + " FROM offsync.operation_queue ORDER BY id / 2 * 2, 1, 2"))
                .containsExactlyInAnyOrder(
                        "INSERT|[\"1\", \"1\"]|a",
                        "INSERT|[\"2\", \"2\"]|b",
                        "UPDATE|[\"1\", \"1\"]|A",
                        "UPDATE|[\"2\", \"2\"]|B",
                        "DELETE|[\"1\", \"1\"]|A",
                        "DELETE|[\"2\", \"2\"]|B");
    }

    @Test
    void writes_straight_to_a_leaf_are_captured_once_even_if_its_columns_lie_otherwise() throws SQLException {
        device.exec("INSERT INTO reading_1 VALUES (1, 1, 'a')");
        device.exec("INSERT INTO reading_2 (id, day, value) VALUES (2, 2, 'b')");
        device.exec("UPDATE reading_2 SET value = 'B'");
        device.exec("DELETE FROM reading_1");

        assertThat(device.queue())
                .containsExactly(
                        "INSERT|[\"1\", \"1\"]|{\"id\": \"1\", \"day\": \"1\", \"value\": \"a\"}",
                        "INSERT|[\"2\", \"2\"]|{\"id\": \"2\", \"day\": \"2\", \"value\": \"b\"}",
                        "UPDATE|[\"2\", \"2\"]|{\"id\": \"2\", \"day\": \"2\", \"value\": \"B\"}",
                        "DELETE|[\"1\", \"1\"]|{\"id\": \"1\", \"day\": \"1\", \"value\": \"a\"}");
    }

    @Test
    void a_row_that_moves_to_another_partition_is_a_key_change() throws SQLException {
        device.exec("INSERT INTO reading VALUES (1, 1, 'a')");
        device.exec("UPDATE reading SET day = 2");

        assertThat(device.operations())
                .containsExactlyInAnyOrder("INSERT [\"1\", \"1\"]", "DELETE [\"1\", \"1\"]", "INSERT [\"1\", \"2\"]");
    }

    @Test
    void truncating_the_root_or_a_leaf_queues_each_row_once() throws SQLException {
        device.exec("INSERT INTO reading VALUES (1, 1, 'a'), (2, 2, 'b')");
        device.exec("TRUNCATE reading_2");
        device.exec("TRUNCATE reading");

        assertThat(device.rows(
                        "SELECT record_id FROM offsync.operation_queue WHERE operation_type = 'DELETE' ORDER BY id"))
                .containsExactly("[\"2\", \"2\"]", "[\"1\", \"1\"]");
    }

    @Test
    void a_partition_made_later_is_captured_whichever_way_it_is_written() throws SQLException {
        device.exec("CREATE TABLE reading_3 PARTITION OF reading FOR VALUES FROM (3) TO (4)");
        device.exec("INSERT INTO reading VALUES (3, 3, 'root')");
        device.exec("INSERT INTO reading_3 VALUES (4, 3, 'leaf')");
        device.exec("UPDATE reading_3 SET value = 'later' WHERE id = 4");
        device.exec("DELETE FROM reading_3 WHERE id = 3");
        device.exec("INSERT INTO reading VALUES (1, 1, 'moves')");
        device.exec("UPDATE reading SET day = 3 WHERE id = 1");
        device.exec("TRUNCATE reading");

        assertThat(device.operations())
                .containsExactlyInAnyOrder(
                        "INSERT [\"3\", \"3\"]",
                        "INSERT [\"4\", \"3\"]",
                        "UPDATE [\"4\", \"3\"]",
                        "DELETE [\"3\", \"3\"]",
                        "INSERT [\"1\", \"1\"]",
                        "DELETE [\"1\", \"1\"]",
                        "INSERT [\"1\", \"3\"]",
                        "DELETE [\"1\", \"3\"]",
                        "DELETE [\"4\", \"3\"]");
    }

    @Test
    void partitions_made_later_on_either_side_travel() throws SQLException {
        String schema =
                "CREATE TABLE log (id integer, day integer, note text, PRIMARY KEY (id, day)) PARTITION BY LIST (day)";
        try (Fleet fleet = Fleet.of(schema, "log")) {
            fleet.settle();
            for (var database : List.of(fleet.a().database(), fleet.b().database(), fleet.hub())) {
                database.exec("CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1)");
            }
            fleet.a().exec("INSERT INTO log VALUES (1, 1, 'a'); INSERT INTO log_1 VALUES (2, 1, 'a')");
            fleet.hub().exec("INSERT INTO log VALUES (3, 1, 'hub'); INSERT INTO log_1 VALUES (4, 1, 'hub')");
            fleet.settle();
            fleet.b().exec("UPDATE log_1 SET note = note || '!' WHERE id IN (1, 3); DELETE FROM log_1 WHERE id = 2");
            fleet.b().sync();
            fleet.hub().exec("UPDATE log_1 SET note = 'last' WHERE id = 1; DELETE FROM log_1 WHERE id = 4");
            fleet.settle();

            assertThat(fleet.onHub("SELECT * FROM log ORDER BY id")).containsExactly("1|1|last", "3|1|hub!");
            assertThat(fleet.a().rows("SELECT * FROM log ORDER BY id")).containsExactly("1|1|last", "3|1|hub!");
            assertThat(fleet.b().rows("SELECT * FROM log ORDER BY id")).containsExactly("1|1|last", "3|1|hub!");
            assertThat(fleet.a().conflicts()).isEmpty();
            assertThat(fleet.b().conflicts()).isEmpty();
        }
    }

    @Test
    @Tag("guarantee-7")
    void truncating_one_partition_on_the_hub_takes_only_its_rows() throws SQLException {
        String schema = "CREATE TABLE log (id integer, day integer, PRIMARY KEY (id, day)) PARTITION BY LIST (day);"
                + " CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1);"
                + " CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2)";
        try (Fleet fleet = Fleet.of(schema, "log")) {
            fleet.hub().exec("INSERT INTO log VALUES (1, 1), (2, 2)");
            fleet.settle();
            fleet.hub().exec("TRUNCATE log_1");
            fleet.a().pull();
            assertThat(fleet.a().rows("SELECT id FROM log")).containsExactly("2");

            fleet.hub().exec("TRUNCATE log");
            fleet.a().pull();
            assertThat(fleet.a().rows("SELECT id FROM log")).isEmpty();
        }
    }

    @Test
    void a_partitioned_table_may_keep_its_synchronisation_state_itself() throws SQLException {
        String schema = "CREATE TABLE log (id integer, day integer, version int, sync_status text,"
                + " sync_timestamp timestamptz, PRIMARY KEY (id, day)) PARTITION BY LIST (day);"
                + " CREATE TABLE log_1 PARTITION OF log FOR VALUES IN (1)";
        try (Fleet fleet = Fleet.of(schema, "log")) {
            fleet.a().init("log");
            fleet.a().exec("CREATE TABLE log_2 PARTITION OF log FOR VALUES IN (2)");
            fleet.a().exec("INSERT INTO log_1 (id, day) VALUES (1, 1)");
            fleet.a().sync();
            assertThat(fleet.a().rows("SELECT sync_status FROM log")).containsExactly("synced");
            fleet.a().exec("INSERT INTO log_2 (id, day) VALUES (2, 2)");
            assertThat(fleet.a().rows("SELECT sync_status FROM log WHERE id = 2"))
                    .containsExactly("pending");
        }
    }
}
