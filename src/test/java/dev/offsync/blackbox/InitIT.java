package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class InitIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @Test
    void init_may_be_repeated_and_repeated_with_more_tables() throws SQLException {
        fleet.join(till, "--tables", "products");
        till.sql("INSERT INTO products (name) VALUES ('tea')");
        till.sql("INSERT INTO local_data (data_value) VALUES ('from before')");

        Answer again = till.offsync("init", "--tables", "products", "--json");
        assertThat(again.exitCode()).as("%s", again).isZero();
        assertThat(again.json("changes").size()).isZero();
        Answer more = till.offsync("init", "--tables", "products,local_data", "--json");
        assertThat(more.exitCode()).as("%s", more).isZero();

        assertThat(more.json("tables").size()).isEqualTo(2);
        assertThat(till.inThisProcess("sync").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
        assertThat(fleet.rows("SELECT data_value FROM local_data")).containsExactly("from before");
    }

    @Test
    void a_later_command_needs_no_remote_and_no_password_is_kept() throws SQLException {
        fleet.join(till, "--tables", "products");
        Answer push = Answer.of(till.command("push").env("OFFSYNC_REMOTE", "").run());
        assertThat(push.exitCode()).as("%s", push).isZero();
        assertThat(till.rows("SELECT config_key, config_value FROM offsync.sync_config ORDER BY 1"))
                .contains(
                        "remote_host|" + till.hub().host(),
                        "remote_database|" + till.hub().database())
                .noneMatch(row -> row.contains("password"));
    }

    @Test
    @Tag("guarantee-17")
    void existing_rows_are_merged() throws SQLException {
        existingRows();
        fleet.join(till, "--tables", "products");

        Answer synced = till.offsync("sync", "--json");

        assertThat(synced.exitCode()).as("%s", synced).isEqualTo(3);
        assertThat(till.rows("SELECT record_id, conflict_type FROM offsync.conflict_log"))
                .containsExactly("2|insert_insert");
        assertThat(till.rows("SELECT id, name FROM products ORDER BY id"))
                .containsExactly("1|same", "2|here", "3|only here", "4|only there");
        assertThat(fleet.rows("SELECT id, name FROM products ORDER BY id"))
                .containsExactly("1|same", "2|there", "3|only here", "4|only there");
    }

    @Test
    void existing_rows_are_left_where_they_are_with_ignore() throws SQLException {
        till.sql("INSERT INTO products (id, name) VALUES (3, 'only here')");
        fleet.join(till, "--tables", "products", "--existing", "ignore");
        Answer pushed = till.offsync("push", "--json");
        assertThat(pushed.number("pushed")).isZero();
        assertThat(fleet.scalar("SELECT count(*) FROM products")).isEqualTo("0");
    }

    @Test
    void existing_rows_are_pushed_with_push() throws SQLException {
        till.sql("INSERT INTO products (id, name) VALUES (3, 'only here')");
        fleet.join(till, "--tables", "products", "--existing", "push");
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT id, name FROM products")).containsExactly("3|only here");
    }

    @Test
    void a_dry_run_shows_what_the_run_does_and_changes_nothing() throws SQLException {
        till.sql("DROP TABLE sensor_data");
        fleet.sql(
                "CREATE TABLE parents (id serial PRIMARY KEY); ALTER TABLE sensor_data ADD parent int REFERENCES parents");
        till.sql("INSERT INTO products (id, name) VALUES (3, 'only here')");
        String[] arguments = {"init", "--tables", Fleet.ALL_TABLES + ",parents", "--create-tables", "--json"};
        Answer planned = till.offsync(with(arguments, "--dry-run"));
        assertThat(planned.exitCode()).as("%s", planned).isZero();
        String traces = "SELECT nspname FROM pg_namespace WHERE nspname = 'offsync'"
                + " UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal";
        assertThat(till.rows(traces)).isEmpty();
        assertThat(fleet.rows(traces)).isEmpty();
        assertThat(till.scalar("SELECT to_regclass('parents')")).isNull();

        Answer done = till.offsync(arguments);
        assertThat(done.exitCode()).as("%s", done).isZero();
        for (String part : List.of("changes", "tables", "id_ranges")) {
            assertThat(planned.json(part)).as(part).isEqualTo(done.json(part));
        }
        assertThat(done.json("changes").toString())
                .contains(
                        "makes table parents",
                        "registers device",
                        "queues 1 row that is in products already",
                        "draws keys from");
    }

    private static String[] with(String[] arguments, String further) {
        return Stream.concat(Arrays.stream(arguments), Stream.of(further)).toArray(String[]::new);
    }

    @Test
    void the_sql_for_the_hub_is_printed_for_a_dba_and_prepares_it() throws SQLException {
        Answer printed = till.offsync("init", "--tables", "products", "--print-sql", "hub");
        assertThat(printed.exitCode()).as("%s", printed).isZero();
        assertThat(fleet.scalar("SELECT to_regnamespace('offsync')")).isNull();

        fleet.sql(printed.stdout());
        fleet.join(till, "--tables", "products");

        till.sql("INSERT INTO products (name) VALUES ('tea')");
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }

    @Test
    void the_sql_for_the_device_is_printed_and_changes_nothing() throws SQLException {
        Answer printed = till.offsync("init", "--tables", "products", "--print-sql", "local");
        assertThat(printed.exitCode()).as("%s", printed).isZero();
        assertThat(printed.stdout()).contains("CREATE TABLE offsync.journal", "offsync_insert");
        assertThat(till.scalar("SELECT to_regnamespace('offsync')")).isNull();
    }

    @Test
    void the_sql_for_the_device_makes_missing_tables_too_and_runs() throws SQLException {
        till.sql("DROP TABLE sensor_data");
        Answer printed =
                till.offsync("init", "--tables", "sensor_data", "--create-tables", "--print-sql", "local", "--quiet");
        assertThat(printed.exitCode()).as("%s", printed).isZero();
        assertThat(till.scalar("SELECT to_regclass('sensor_data')")).isNull();
        till.sql(printed.stdout());
        assertThat(till.scalar("SELECT to_regclass('sensor_data')")).isEqualTo("sensor_data");
        fleet.join(till, "--tables", "sensor_data");
    }

    private void existingRows() throws SQLException {
        String insert = "INSERT INTO products (id, name, updated_at) VALUES (?, ?, '2026-01-01')";
        till.sql(insert, 1, "same");
        fleet.sql(insert, 1, "same");
        till.sql(insert, 2, "here");
        fleet.sql(insert, 2, "there");
        till.sql(insert, 3, "only here");
        fleet.sql(insert, 4, "only there");
    }
}
