package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The hub refuses a row: it is tried again, then failed; everything else flows. */
@Tag("guarantee-6")
class RejectedOperationIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @BeforeEach
    void join() throws SQLException {
        fleet.sql("ALTER TABLE products ADD CONSTRAINT price_is_positive CHECK (price > 0)");
        fleet.join(till);
        till.sql("INSERT INTO products (id, name, price) VALUES (1, 'tea', 2)");
        till.sql("INSERT INTO products (id, name, price) VALUES (2, 'coffee', -1)");
        till.sql("INSERT INTO products (id, name, price) VALUES (3, 'milk', 1)");
    }

    @Test
    void a_rejected_operation_is_exit_4_from_the_first_time_on_and_failed_after_the_third() throws SQLException {
        for (int run = 1; run <= 3; run++) {
            Answer answer = till.offsync("push", "--json");
            assertThat(answer.exitCode()).as("%s", answer).isEqualTo(4);
            assertThat(answer.number("pushed")).isEqualTo(run == 1 ? 2 : 0);
            assertThat(answer.number("failed")).isEqualTo(run == 3 ? 1 : 0);
            assertThat(answer.text("problems.0.table")).isEqualTo("products");
            assertThat(answer.text("problems.0.record_id")).isEqualTo("2");
            assertThat(answer.text("problems.0.message")).contains("price_is_positive");
            assertThat(till.rows("SELECT status, retry_count FROM offsync.operation_queue WHERE record_id = '2'"))
                    .containsExactly((run == 3 ? "failed|" : "pending|") + run);
        }
        assertThat(fleet.rows("SELECT name FROM products ORDER BY id")).containsExactly("tea", "milk");
        assertThat(till.offsync("pull").exitCode()).isEqualTo(4);
        assertThat(till.offsync("status").exitCode()).isZero();
        assertThat(till.offsync("status", "--check").exitCode()).isEqualTo(4);
        assertThat(till.rows("SELECT retry_count FROM offsync.operation_queue WHERE record_id = '2'"))
                .containsExactly("3");
    }

    @Test
    void work_goes_on_around_a_failed_row_and_a_new_change_mends_it() throws SQLException {
        till.set("max_retry_count", "1");
        assertThat(till.inThisProcess("push").exitCode()).isEqualTo(4);
        assertThat(till.scalar("SELECT status FROM offsync.operation_queue WHERE record_id = '2'"))
                .isEqualTo("failed");

        till.sql("UPDATE products SET price = 3 WHERE id = 1");
        assertThat(till.offsync("sync").exitCode()).isEqualTo(4);
        assertThat(fleet.scalar("SELECT price FROM products WHERE id = 1")).isEqualTo("3");

        till.sql("UPDATE products SET price = 4 WHERE id = 2");
        Answer mended = till.offsync("sync", "--json");
        assertThat(mended.exitCode()).as("%s", mended).isZero();
        assertThat(fleet.rows("SELECT id, price FROM products ORDER BY id")).containsExactly("1|3", "2|4", "3|1");
        assertThat(till.rows("SELECT failed_count, last_error FROM offsync.sync_status WHERE table_name = 'products'"))
                .containsExactly("0|∅");
    }

    @Test
    void a_failed_transaction_fails_whole_and_any_of_its_rows_may_mend_it() throws SQLException {
        till.set("max_retry_count", "1");
        till.sql("INSERT INTO products (id, name, price) VALUES (4, 'sugar', 1), (5, 'salt', 0)");

        Answer answer = till.offsync("push", "--json");
        assertThat(answer.exitCode()).as("%s", answer).isEqualTo(4);
        assertThat(answer.number("failed")).isEqualTo(2);
        assertThat(answer.number("parked")).isEqualTo(1);
        assertThat(fleet.rows("SELECT id FROM products ORDER BY id")).containsExactly("1", "3");

        till.sql("UPDATE products SET price = 1 WHERE id = 5");
        assertThat(till.offsync("push").exitCode()).isEqualTo(4);
        assertThat(fleet.rows("SELECT id FROM products ORDER BY id")).containsExactly("1", "3", "4", "5");
    }

    @Test
    void a_child_of_a_rejected_row_arrives_once_the_parent_is_mended() throws SQLException {
        till.sql("INSERT INTO orders (id, product_id) VALUES (1, 1)");
        till.sql("INSERT INTO orders (id, product_id) VALUES (2, 2)");
        assertThat(till.inThisProcess("push").exitCode()).isEqualTo(4);
        assertThat(fleet.rows("SELECT id FROM orders")).containsExactly("1");

        till.sql("UPDATE products SET price = 4 WHERE id = 2");
        Answer mended = till.offsync("push", "--json");
        assertThat(mended.exitCode()).as("%s", mended).isZero();
        assertThat(fleet.rows("SELECT id, product_id FROM orders ORDER BY id")).containsExactly("1|1", "2|2");
    }
}
