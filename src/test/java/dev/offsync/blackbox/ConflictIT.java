package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same row changed on both sides: settled by rule or by a person, and told truly meanwhile. */
@Tag("guarantee-10")
class ConflictIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till);
        fleet.sql("INSERT INTO products (id, name, price) VALUES (1, 'tea', 2), (2, 'coffee', 3)");
        assertThat(till.inThisProcess("pull").exitCode()).isZero();
        till.sql("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                + " VALUES ('products', 'update_update', 'manual')");
        till.sql("UPDATE products SET price = 2.50 WHERE id = 1");
        fleet.sql("UPDATE products SET price = 9 WHERE id = 1");
    }

    @Test
    void an_open_conflict_is_exit_3_and_names_the_command_to_type() throws SQLException {
        till.sql("UPDATE products SET price = 4 WHERE id = 2");

        Answer push = till.offsync("push");

        assertThat(push.exitCode()).as("%s", push).isEqualTo(3);
        assertThat(push.stdout() + push.stderr()).contains("products", "update_update", "offsync conflicts show 1");
        assertThat(fleet.rows("SELECT price FROM products ORDER BY id")).containsExactly("9", "4");
        assertThat(till.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("2.50");
        assertThat(till.offsync("status").exitCode()).isZero();
        assertThat(till.offsync("status", "--check").exitCode()).isEqualTo(3);
        assertThat(till.offsync("conflicts", "list").exitCode()).isZero();
    }

    @Test
    void the_status_queries_of_the_design_tell_of_the_conflict_and_of_its_end() throws SQLException {
        assertThat(till.inThisProcess("sync").exitCode()).isEqualTo(3);
        assertThat(till.rows("SELECT name, price FROM products WHERE sync_status = 'conflict'"))
                .containsExactly("tea|2.50");
        assertThat(till.rows("SELECT sync_status, count(*) FROM products GROUP BY sync_status ORDER BY 1"))
                .containsExactly("conflict|1", "synced|1");
        assertThat(till.rows("SELECT record_id FROM offsync.row_sync_status"
                        + " WHERE table_name = 'products' AND sync_status = 'conflict'"))
                .containsExactly("1");
        assertThat(till.rows("SELECT status FROM offsync.operation_queue WHERE table_name = 'products'"))
                .containsExactly("conflict");
        assertThat(till.rows("""
                        SELECT table_name, record_id, conflict_type, local_data ->> 'price', remote_data ->> 'price',
                               base_data ->> 'price', resolved
                        FROM offsync.conflict_log
                        """)).containsExactly("products|1|update_update|2.50|9|2|f");

        assertThat(till.offsync("conflicts", "resolve", "1", "--use", "local").exitCode())
                .isZero();
        assertThat(till.rows("SELECT sync_status FROM products WHERE id = 1")).containsExactly("pending");
        assertThat(till.inThisProcess("push").exitCode()).isZero();

        assertThat(fleet.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("2.50");
        assertThat(till.rows("SELECT DISTINCT sync_status FROM products")).containsExactly("synced");
        assertThat(till.rows("SELECT resolved, resolved_at IS NOT NULL, resolved_data ->> 'price'"
                        + " FROM offsync.conflict_log"))
                .containsExactly("t|t|2.50");
    }

    @Test
    void the_other_row_is_taken_where_a_person_says_so() throws SQLException {
        assertThat(till.offsync("pull").exitCode()).isEqualTo(3);
        Answer list = till.offsync("conflicts", "list", "--json");
        assertThat(list.text("conflicts.0.type")).isEqualTo("update_update");
        assertThat(list.text("conflicts.0.local.price")).isEqualTo("2.50");
        assertThat(list.text("conflicts.0.remote.price")).isEqualTo("9");
        String id = list.text("conflicts.0.id");

        Answer planned = till.offsync("conflicts", "resolve", id, "--use", "remote", "--dry-run", "--json");
        assertThat(planned.exitCode()).as("%s", planned).isZero();
        assertThat(till.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("2.50");

        assertThat(till.offsync("conflicts", "resolve", id, "--use", "remote").exitCode())
                .isZero();
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(till.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("9");
        assertThat(fleet.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("9");
    }

    @Test
    @Tag("guarantee-13")
    void a_row_in_conflict_can_be_edited_further_and_holds_nothing_else_back() throws SQLException {
        assertThat(till.inThisProcess("sync").exitCode()).isEqualTo(3);
        till.sql("UPDATE products SET price = 2.75 WHERE id = 1");
        till.sql("INSERT INTO orders (product_id, quantity) VALUES (1, 5)");
        fleet.sql("UPDATE products SET price = 10 WHERE id = 1");

        assertThat(till.offsync("sync").exitCode()).isEqualTo(3);

        assertThat(fleet.rows("SELECT product_id, quantity FROM orders")).containsExactly("1|5");
        assertThat(till.rows("SELECT local_data ->> 'price', remote_data ->> 'price' FROM offsync.conflict_log"))
                .containsExactly("2.75|10");
    }

    @Test
    @Tag("guarantee-11")
    void the_later_change_wins_where_the_rule_is_lww() throws SQLException {
        till.sql("DELETE FROM offsync.conflict_resolution_rules");
        Answer synced = till.offsync("sync", "--json");
        assertThat(synced.exitCode()).as("%s", synced).isZero();
        assertThat(till.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("9");
        assertThat(till.rows("SELECT strategy, resolved, local_data ->> 'price' FROM offsync.conflict_log"))
                .containsExactly("lww|t|2.50");
    }
}
