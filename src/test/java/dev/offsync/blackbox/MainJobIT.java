package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The design's two cases: orders made offline, and readings of sensors uploaded in bulk. */
class MainJobIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();
    private final Device van = fleet.van();

    @Test
    @Tag("guarantee-4")
    @Tag("guarantee-7")
    void a_hundred_orders_and_ten_thousand_readings_travel_by_way_of_the_hub_to_the_other_device() throws SQLException {
        fleet.join(till).join(van);
        till.sql(
                "INSERT INTO products (name, price) SELECT 'product ' || n, n + 0.50 FROM generate_series(1, 10) AS n");
        till.sql("""
                INSERT INTO orders (user_id, product_id, quantity, total_amount)
                SELECT 7, (SELECT min(id) FROM products) + n % 10, n, n * 1.10 FROM generate_series(1, 100) AS n
                """);
        till.sql("""
                INSERT INTO sensor_data (sensor_id, value, "timestamp")
                SELECT n % 50, sin(n), '2026-03-29 01:59:59.999999+01'::timestamptz + n * interval '1 s'
                FROM generate_series(1, 10000) AS n
                """);

        Answer pushed = till.offsync("push", "--json");
        assertThat(pushed.exitCode()).as("%s", pushed).isZero();
        assertThat(pushed.number("pushed")).isEqualTo(10_110);
        assertThat(pushed.number("remaining")).isZero();

        Answer pulled = van.offsync("pull", "--json");
        assertThat(pulled.exitCode()).as("%s", pulled).isZero();
        assertThat(pulled.number("pulled")).isEqualTo(10_110);
        assertThat(pulled.number("inserted")).isEqualTo(10_110);

        assertThat(fleet.scalar("SELECT count(*) FROM sensor_data")).isEqualTo("10000");
        assertEverywhereTheSame("sensor_data", "t::text");
        assertEverywhereTheSame("orders", "t::text");
        assertEverywhereTheSame("products", "(id, name, price, updated_at)::text");
    }

    @Test
    @Tag("guarantee-8")
    void an_idle_cycle_moves_nothing() throws SQLException {
        fleet.join(till).join(van);
        till.sql("INSERT INTO products (name, price) VALUES ('tea', 2.50), ('coffee', 3)");
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        fleet.sql("UPDATE products SET price = 4 WHERE name = 'coffee'");
        assertThat(van.inThisProcess("sync").exitCode()).isZero();
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        String feed = "SELECT r::text FROM offsync.row_" + numberOnHub("products") + " AS r ORDER BY k1";
        var before = fleet.rows(feed);

        for (Device device : new Device[] {till, van}) {
            Answer idle = device.offsync("sync", "--json");
            assertThat(idle.exitCode()).as("%s", idle).isZero();
            assertThat(idle.number("push.pushed")).isZero();
            assertThat(idle.number("pull.pulled")).isZero();
            assertThat(idle.number("pull.skipped")).isZero();
        }
        assertThat(fleet.rows(feed)).isEqualTo(before).hasSize(2);
    }

    @Test
    void changes_go_both_ways_in_one_sync() throws SQLException {
        fleet.join(till);
        fleet.sql("INSERT INTO products (name, price) VALUES ('tea', 2.50)");
        till.sql("INSERT INTO local_data (data_value) VALUES ('made offline')");

        Answer synced = till.offsync("sync", "--json");

        assertThat(synced.exitCode()).as("%s", synced).isZero();
        assertThat(synced.number("push.pushed")).isEqualTo(1);
        assertThat(synced.number("pull.pulled")).isEqualTo(1);
        assertThat(fleet.rows("SELECT data_value FROM local_data")).containsExactly("made offline");
        assertThat(till.rows("SELECT name, price FROM products")).containsExactly("tea|2.50");

        till.sql("DELETE FROM products");
        fleet.sql("UPDATE local_data SET data_value = 'seen'");
        assertThat(till.offsync("sync").exitCode()).isZero();
        assertThat(fleet.scalar("SELECT count(*) FROM products")).isEqualTo("0");
        assertThat(till.rows("SELECT data_value FROM local_data")).containsExactly("seen");
    }

    @Test
    @Tag("guarantee-14")
    void serial_keys_of_two_devices_and_of_the_hub_do_not_meet() throws SQLException {
        fleet.join(till).join(van);
        String made = "INSERT INTO products (name) SELECT ? || n FROM generate_series(1, 50) AS n";
        till.sql(made, "till");
        van.sql(made, "van");
        fleet.sql(made, "hub");
        for (Device device : new Device[] {till, van, till}) {
            Answer synced = device.offsync("sync", "--json");
            assertThat(synced.exitCode()).as("%s", synced).isZero();
        }
        assertThat(fleet.scalar("SELECT count(*) FROM products")).isEqualTo("150");
        assertEverywhereTheSame("products", "(id, name, updated_at)::text");
    }

    private void assertEverywhereTheSame(String table, String columns) throws SQLException {
        String content = "SELECT " + columns + " FROM " + table + " AS t ORDER BY t.id";
        var onHub = fleet.rows(content);
        assertThat(till.rows(content)).isEqualTo(onHub);
        assertThat(van.rows(content)).isEqualTo(onHub);
    }

    private String numberOnHub(String table) throws SQLException {
        return fleet.scalar("SELECT id FROM offsync.tracked_table WHERE relation_name = ?::name", table);
    }
}
