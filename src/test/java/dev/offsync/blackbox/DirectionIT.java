package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What goes which way, in what order, and what a dry run leaves alone. */
class DirectionIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @Test
    void a_table_that_is_only_pushed_keeps_its_deletes_to_itself() throws SQLException {
        fleet.join(till, "--tables", "sensor_data", "--direction", "push");
        till.sql("INSERT INTO sensor_data (id, value) SELECT n, n FROM generate_series(1, 100) AS n");
        assertThat(till.inThisProcess("push").exitCode()).isZero();

        till.sql("DELETE FROM sensor_data WHERE id <= 50");
        Answer deleted = till.offsync("sync", "--json");
        assertThat(deleted.exitCode()).as("%s", deleted).isZero();
        assertThat(deleted.number("push.pushed")).isZero();
        till.sql("TRUNCATE sensor_data");
        fleet.sql("INSERT INTO sensor_data (id, value) VALUES (200, 1)");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();

        assertThat(fleet.scalar("SELECT count(*) FROM sensor_data")).isEqualTo("101");
        assertThat(till.scalar("SELECT count(*) FROM sensor_data")).isEqualTo("0");
    }

    @Test
    void a_table_that_is_only_pulled_refuses_local_writes() throws SQLException {
        fleet.join(till, "--tables", "products", "--direction", "pull");
        fleet.sql("INSERT INTO products (id, name) VALUES (1, 'tea')");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(till.rows("SELECT name FROM products")).containsExactly("tea");

        for (String write : new String[] {
            "INSERT INTO products (name) VALUES ('mine')",
            "UPDATE products SET name = 'mine'",
            "DELETE FROM products",
            "TRUNCATE products CASCADE"
        }) {
            assertThatThrownBy(() -> till.sql(write))
                    .as(write)
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("products is only pulled from the hub");
        }
        fleet.sql("UPDATE products SET name = 'green tea'");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(till.rows("SELECT name FROM products")).containsExactly("green tea");
    }

    @Test
    void the_higher_priority_goes_first() throws SQLException {
        fleet.join(till, "--tables", "local_data,products", "--priority", "products=10");
        till.sql("INSERT INTO local_data (id, data_value) VALUES (1, 'older')");
        till.sql("INSERT INTO products (id, name) VALUES (1, 'newer')");

        Answer limited = till.offsync("push", "--limit", "1", "--batch-size", "1", "--json");

        assertThat(limited.exitCode()).as("%s", limited).isZero();
        assertThat(limited.number("pushed")).isEqualTo(1);
        assertThat(limited.number("remaining")).isEqualTo(1);
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("newer");
        assertThat(fleet.rows("SELECT id FROM local_data")).isEmpty();
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT id FROM local_data")).containsExactly("1");
    }

    @Test
    void at_equal_priority_the_older_goes_first_and_no_transaction_is_split() throws SQLException {
        fleet.join(till, "--tables", "local_data,products");
        till.sql("INSERT INTO local_data (id) VALUES (1); INSERT INTO products (id) VALUES (1)");
        till.sql("INSERT INTO products (id) VALUES (2)");
        Answer limited = till.offsync("push", "--limit", "2", "--batch-size", "1", "--json");
        assertThat(limited.number("pushed")).as("%s", limited).isEqualTo(2);
        assertThat(fleet.rows("SELECT id FROM products")).containsExactly("1");
        assertThat(fleet.rows("SELECT id FROM local_data")).containsExactly("1");
    }

    @Test
    void a_dry_run_tells_and_changes_nothing() throws SQLException {
        fleet.join(till, "--tables", "products");
        till.sql("INSERT INTO products (id, name) VALUES (1, 'mine'), (2, 'mine too')");
        fleet.sql("INSERT INTO products (id, name) VALUES (3, 'yours')");

        Answer push = till.offsync("push", "--dry-run", "--json");
        assertThat(push.exitCode()).as("%s", push).isZero();
        assertThat(push.number("pushed")).isEqualTo(2);
        assertThat(push.json("dry_run").booleanValue()).isTrue();
        Answer pull = till.offsync("pull", "--dry-run", "--json");
        assertThat(pull.exitCode()).as("%s", pull).isZero();
        assertThat(pull.number("inserted")).isEqualTo(1);

        assertThat(fleet.rows("SELECT id FROM products")).containsExactly("3");
        assertThat(till.rows("SELECT id FROM products ORDER BY id")).containsExactly("1", "2");
        assertThat(till.rows("SELECT DISTINCT status FROM offsync.operation_queue"))
                .containsExactly("pending");
        Answer real = till.offsync("sync", "--json");
        assertThat(real.number("push.pushed")).isEqualTo(2);
        assertThat(real.number("pull.inserted")).isEqualTo(1);
    }

    @Test
    void purge_removes_what_is_completed_and_old_and_only_that() throws SQLException {
        fleet.join(till, "--tables", "products");
        till.sql("INSERT INTO products (id) VALUES (1), (2)");
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        till.sql("INSERT INTO products (id) VALUES (3)");

        assertThat(till.offsync("purge", "--json").number("purged")).isZero();
        assertThat(till.offsync("purge", "--older-than", "0s", "--dry-run", "--json")
                        .number("purged"))
                .isEqualTo(2);
        assertThat(till.offsync("purge", "--older-than", "0s", "--json").number("purged"))
                .isEqualTo(2);

        assertThat(till.rows("SELECT status FROM offsync.operation_queue")).containsExactly("pending");
        assertThat(till.scalar("SELECT count(*) FROM products")).isEqualTo("3");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(fleet.scalar("SELECT count(*) FROM products")).isEqualTo("3");
    }
}
