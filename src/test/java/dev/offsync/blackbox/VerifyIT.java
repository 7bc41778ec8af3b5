package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** verify as scripts see it: its exit codes and its document. */
class VerifyIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    /** An owner switches the triggers off, writes, and switches them on again. */
    private void pastCapture(String sql) throws SQLException {
        till.sql("ALTER TABLE products DISABLE TRIGGER USER; " + sql + "; ALTER TABLE products ENABLE TRIGGER USER");
    }

    @Test
    void differences_are_exit_5_and_a_repair_ends_with_0_or_3() throws SQLException {
        fleet.join(till, "--tables", "products");
        fleet.sql("INSERT INTO products (id, name) VALUES (1, 'tea'), (2, 'milk')");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        Answer same = till.offsync("verify");
        assertThat(same.exitCode()).as("%s", same).isZero();

        pastCapture("DELETE FROM products WHERE id = 1");
        Answer found = till.offsync("verify", "--tables", "products", "--json");
        assertThat(found.exitCode()).as("%s", found).isEqualTo(5);
        assertThat(found.number("tables.0.missing_local")).isEqualTo(1);
        assertThat(found.text("differences.0.table")).isEqualTo("products");
        assertThat(found.text("differences.0.record_id")).isEqualTo("1");
        assertThat(found.text("differences.0.kind")).isEqualTo("missing_local");
        assertThat(till.offsync("verify", "--repair").exitCode()).isZero();
        assertThat(till.inThisProcess("verify").exitCode()).isZero();

        till.sql("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual')");
        pastCapture("UPDATE products SET name = 'oat milk' WHERE id = 2");
        Answer open = till.offsync("verify", "--repair", "--json");
        assertThat(open.exitCode()).as("%s", open).isEqualTo(3);
        assertThat(open.number("conflicts.open")).isEqualTo(1);
    }

    @Test
    void a_table_that_is_not_synced_is_a_usage_error() throws SQLException {
        fleet.join(till, "--tables", "products");
        assertThat(till.offsync("verify", "--tables", "nothing").exitCode()).isEqualTo(2);
    }
}
