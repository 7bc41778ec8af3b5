package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's commands from outside: settings, rules, the queue, the fleet, and the end of a device. */
class OperatorIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();
    private final Set<List<String>> seen = new HashSet<>();

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till);
        fleet.sql("ALTER TABLE products ADD CONSTRAINT price_is_positive CHECK (price > 0)");
    }

    /** Of the runs of one command that end alike the first is the jar's; the others differ from it in their arguments alone. */
    private Answer run(int exitCode, String... arguments) {
        var words = Arrays.stream(arguments).limit(2).collect(Collectors.toCollection(ArrayList::new));
        words.add(Integer.toString(exitCode));
        Answer answer = seen.add(words) ? till.offsync(arguments) : till.inThisProcess(arguments);
        assertThat(answer.exitCode()).as("%s", answer).isEqualTo(exitCode);
        return answer;
    }

    private Answer done(String... arguments) {
        return run(0, arguments);
    }

    private Answer refused(int exitCode, String code, String... arguments) {
        Answer answer = run(exitCode, arguments);
        assertThat(answer.text("error.code")).isEqualTo(code);
        assertThat(answer.text("error.hint")).isNotBlank();
        return answer;
    }

    @Test
    void settings_are_kept_and_shown() {
        done("config", "set", "batch_size", "500");
        assertThat(done("config", "get", "batch_size").stdout()).isEqualTo("500\n");
        assertThat(done("config", "get", "batch_size", "--json").text("origin")).isEqualTo("sync_config");
        assertThat(done("config", "list").stdout())
                .contains("environment: OFFSYNC_LOCAL")
                .doesNotContain("password");
        assertThat(done("config", "list", "--json").text("settings.0.key")).isEqualTo("local");
        refused(2, "config", "config", "set", "remote_password", "hidden", "--json");
        refused(2, "config", "config", "set", "batch_size", "0", "--json");
        refused(2, "config", "config", "get", "batchsize", "--json");
        assertThat(done("config", "unset", "batch_size", "--json").text("previous"))
                .isEqualTo("500");
    }

    @Test
    void rules_are_set_and_made_equal_to_a_file(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(
                directory.resolve("rules.toml"),
                "[[rule]]\ntable = \"products\"\ntype = \"update_update\"\nstrategy = \"version\"\n");
        done("rules", "set", "*", "insert_insert", "local_wins");
        assertThat(done("rules", "apply", file.toString(), "--dry-run", "--json")
                        .text("removed.0.table"))
                .isEqualTo("*");
        assertThat(done("rules", "list", "--json").text("rules.0.strategy")).isEqualTo("local_wins");
        done("rules", "apply", file.toString());
        assertThat(done("rules", "apply", file.toString(), "--json").number("unchanged"))
                .isEqualTo(1);
        assertThat(done("rules", "list", "--json").text("rules.0.table")).isEqualTo("products");
        refused(2, "usage", "rules", "set", "products", "update_delete", "rekey", "--json");
        refused(2, "usage", "rules", "set", "nothing", "*", "lww", "--json");
        done("rules", "unset", "products", "update_update");
    }

    @Test
    void a_rejected_operation_is_dropped_and_the_device_has_the_hubs_row() throws SQLException {
        done("config", "set", "max_retry_count", "1");
        till.sql("INSERT INTO products (id, name, price) VALUES (1, 'tea', 2)");
        done("sync");
        till.sql("UPDATE products SET price = -1");
        assertThat(till.offsync("sync").exitCode()).isEqualTo(4);
        Answer list = done("queue", "list", "--status", "failed", "--json");
        String id = Long.toString(list.number("operations.0.id"));
        assertThat(list.text("operations.0.last_error")).contains("price_is_positive");
        assertThat(done("queue", "retry", id, "--json").number("retried")).isEqualTo(1);
        assertThat(till.offsync("sync").exitCode()).isEqualTo(4);

        refused(2, "usage", "queue", "discard", id, "--json");
        Answer discarded = done("queue", "discard", id, "--yes", "--reason", "a typing mistake", "--json");
        assertThat(discarded.number("restored")).isEqualTo(1);
        done("sync");
        assertThat(till.rows("SELECT name, price FROM products"))
                .isEqualTo(fleet.rows("SELECT name, price FROM products"));
        assertThat(till.rows("SELECT discard_reason FROM offsync.operation_log WHERE discarded_by IS NOT NULL"))
                .containsExactly("a typing mistake");
    }

    @Test
    void a_device_that_is_revoked_is_shut_out() {
        done("sync");
        Answer list = done("devices", "list", "--json");
        assertThat(list.text("devices.0.device")).isEqualTo("till");
        assertThat(list.text("devices.0.offsync_version")).matches("[0-9]+\\..*");
        Answer late = till.offsync("devices", "list", "--check", "--max-age", "0s");
        assertThat(late.exitCode()).isEqualTo(4);
        assertThat(late.stdout()).startsWith("Late: till");
        done("devices", "list", "--check", "--max-age", "1h");
        refused(2, "usage", "devices", "revoke", "till", "--json");
        done("devices", "revoke", "till", "--yes");
        refused(12, "revoked", "sync", "--json");
        assertThat(till.offsync("status", "--check").exitCode()).isEqualTo(12);
    }

    @Test
    void a_device_is_taken_out_of_service() throws SQLException {
        till.sql("INSERT INTO products (id, name, price) VALUES (1, 'tea', 2)");
        refused(2, "usage", "deinit", "--json");
        refused(2, "usage", "deinit", "--yes", "--json");
        done("sync");
        done("deinit", "--yes");
        done("deinit", "--yes");
        refused(10, "not_initialised", "status", "--json");
        assertThat(till.rows("SELECT name FROM products")).containsExactly("tea");
        done("deinit", "--hub", "--yes");
        assertThat(fleet.scalar("SELECT to_regnamespace('offsync')")).isNull();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }
}
