package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The design's queries about queue, rows and runs, before and after each kind of run. */
class StatusTablesIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till);
        till.sql("INSERT INTO products (id, name, price) VALUES (1, 'tea', 2), (2, 'coffee', 3)");
        till.sql("INSERT INTO local_data (id, data_value) VALUES (1, 'note')");
    }

    @Test
    void what_was_written_offline_is_pending() throws SQLException {
        assertThat(till.scalar("SELECT count(*) FROM offsync.operation_queue WHERE status = 'pending'"))
                .isEqualTo("3");
        assertThat(till.rows("SELECT sync_status, count(*) FROM products GROUP BY sync_status"))
                .containsExactly("pending|2");
        assertThat(till.rows("SELECT table_name, record_id, sync_status FROM offsync.row_sync_status ORDER BY 1, 2"))
                .containsExactly("local_data|1|pending", "products|1|pending", "products|2|pending");
        assertThat(till.rows("SELECT operation_type, operation_data ->> 'name' FROM offsync.operation_queue"
                        + " WHERE table_name = 'products' ORDER BY id"))
                .containsExactly("INSERT|tea", "INSERT|coffee");
    }

    @Test
    void what_was_pushed_is_synced() throws SQLException {
        assertThat(till.inThisProcess("push").exitCode()).isZero();

        assertThat(till.rows("SELECT status, count(*), count(synced_at) FROM offsync.operation_queue GROUP BY status"))
                .containsExactly("completed|3|3");
        assertThat(till.rows("SELECT DISTINCT sync_status FROM offsync.operation_log"))
                .containsExactly("completed");
        assertThat(till.rows("SELECT id, version, sync_status, sync_timestamp IS NOT NULL FROM products ORDER BY id"))
                .containsExactly("1|1|synced|t", "2|1|synced|t");
        assertThat(till.rows("SELECT DISTINCT sync_status, version, sync_timestamp IS NOT NULL"
                        + " FROM offsync.row_sync_status"))
                .containsExactly("synced|1|t");
        assertThat(till.rows("SELECT sync_state, sync_count, failed_count, last_error, last_sync_time IS NOT NULL"
                        + " FROM offsync.sync_status WHERE table_name = 'products'"))
                .containsExactly("online|1|0|∅|t");
    }

    @Test
    void a_local_version_is_that_of_the_hub_and_the_changes_since() throws SQLException {
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        till.sql("UPDATE products SET price = 5 WHERE id = 1");
        till.sql("UPDATE products SET price = 6 WHERE id = 1");
        assertThat(till.rows("SELECT version, sync_status FROM products ORDER BY id"))
                .containsExactly("3|pending", "1|synced");
        assertThat(till.rows("SELECT record_id, version, sync_status FROM offsync.row_sync_status"
                        + " WHERE table_name = 'products' ORDER BY 1"))
                .containsExactly("1|3|pending", "2|1|synced");

        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(till.rows("SELECT version, sync_status FROM products ORDER BY id"))
                .containsExactly("3|synced", "1|synced");
        assertThat(till.scalar("SELECT sync_count FROM offsync.sync_status WHERE table_name = 'products'"))
                .isEqualTo("2");
    }

    @Test
    void marks_that_the_application_sets_are_no_changes() throws SQLException {
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        till.sql("UPDATE products SET sync_status = 'pending', version = 77");
        Answer idle = till.offsync("push", "--json");
        assertThat(idle.number("pushed")).isZero();
    }

    @Test
    void a_failure_shows_with_its_table_and_not_with_the_others() throws SQLException {
        fleet.sql("ALTER TABLE products ADD CONSTRAINT cheap CHECK (price < 3)");
        till.set("max_retry_count", "1");
        till.sql("UPDATE local_data SET data_value = 'changed'");
        assertThat(till.offsync("push").exitCode()).isEqualTo(4);
        assertThat(till.rows("SELECT sync_state, failed_count, last_error LIKE '%cheap%' FROM offsync.sync_status"
                        + " WHERE table_name = 'products'"))
                .containsExactly("online|1|t");
        assertThat(till.rows("SELECT sync_state, failed_count, last_error FROM offsync.sync_status"
                        + " WHERE table_name = 'local_data'"))
                .containsExactly("online|0|∅");
    }

    @Test
    void status_counts_the_queue_by_table() throws SQLException {
        Answer before = till.offsync("status", "--json");
        assertThat(before.number("queue.pending")).isEqualTo(3);
        assertThat(before.json("oldest_pending_at").isNull()).isFalse();
        assertThat(before.text("device")).isEqualTo("till");
        assertThat(before.json("online").booleanValue()).isTrue();

        assertThat(till.inThisProcess("sync").exitCode()).isZero();

        Answer after = till.offsync("status", "--json");
        assertThat(after.number("queue.pending")).isZero();
        assertThat(after.number("queue.completed")).isEqualTo(3);
        assertThat(after.json("oldest_pending_at").isNull()).isTrue();
        assertThat(after.text("last_push_at")).endsWith("Z");
        assertThat(after.text("last_pull_at")).endsWith("Z");
        assertThat(till.offsync("status", "--check").exitCode()).isZero();
    }
}
