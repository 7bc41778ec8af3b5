package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offsync.testing.JarProcess;
import dev.offsync.testing.PrometheusText;
import dev.offsync.testing.RunningJar;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TerminalSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each exit code of the contract's table, provoked from outside, with the word and the code in the document. */
class ExitCodesIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** One line of the table: how it is brought about, what is typed, what the process and its document say. */
    private record Case(
            int code,
            @Nullable String error,
            String typed,
            @Nullable String here,
            @Nullable String there,
            @Nullable String undo,
            Map<String, String> environment) {
        static Case of(int code, @Nullable String error, String typed) {
            return new Case(code, error, typed, null, null, null, Map.of());
        }

        Case here(String sql) {
            return new Case(code, error, typed, sql, there, undo, environment);
        }

        Case there(String sql) {
            return new Case(code, error, typed, here, sql, undo, environment);
        }

        /** What is done here afterwards. */
        Case undo(String sql) {
            return new Case(code, error, typed, here, there, sql, environment);
        }

        /** With a variable of the environment that is not the device's own. */
        Case env(String name, String value) {
            var more = new HashMap<>(environment);
            more.put(name, value);
            return new Case(code, error, typed, here, there, undo, more);
        }
    }

    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @TempDir
    private Path directory;

    @BeforeEach
    void join() {
        fleet.join(till, "--tables", "products");
    }

    /** In an order in which each finds the state that it needs. */
    private List<Case> table() {
        return Stream.of(wordsAndSettings(), databases(), servers(), rows())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Case> wordsAndSettings() {
        return List.of(
                Case.of(0, null, "sync"),
                Case.of(2, "usage", "push --batch-size none"),
                Case.of(2, "usage", "psuh"),
                Case.of(2, "config", "config set batch_size many"),
                Case.of(2, "config", "status").env("OFFSYNC_LOCAL", ""),
                Case.of(2, "config", "devices list").env("OFFSYNC_LOCAL", "").env("OFFSYNC_REMOTE", ""));
    }

    /** A device's database as nobody should find it. */
    private static List<Case> databases() {
        return List.of(
                Case.of(1, "internal", "status")
                        .here("ALTER TABLE offsync.sync_config RENAME TO gone")
                        .undo("ALTER TABLE offsync.gone RENAME TO sync_config"),
                Case.of(5, null, "check").here("ALTER TABLE products DISABLE TRIGGER offsync_insert"),
                Case.of(5, null, "verify").here("INSERT INTO products (id, name, price) VALUES (900, 'unseen', 1)"),
                Case.of(0, null, "init"),
                Case.of(0, null, "verify --repair"),
                Case.of(10, "not_initialised", "sync")
                        .here("INSERT INTO offsync.schema_version (version) VALUES (9999)")
                        .undo("DELETE FROM offsync.schema_version WHERE version = 9999"));
    }

    private List<Case> servers() {
        String verified = Device.withoutPassword(till.hub()) + "?sslmode=verify-full";
        String nobody = "postgresql://nobody@127.0.0.1:1/nowhere";
        return List.of(
                Case.of(12, "permission", "sync").env("OFFSYNC_REMOTE_PASSWORD", "wrong"),
                Case.of(12, "permission", "sync").env("OFFSYNC_LOCAL_PASSWORD", "wrong"),
                Case.of(12, "tls", "sync").env("OFFSYNC_REMOTE", verified),
                Case.of(13, "offline", "sync").env("OFFSYNC_REMOTE", nobody),
                Case.of(13, null, "status --check --max-age 1h").env("OFFSYNC_REMOTE", nobody),
                Case.of(15, "local_unreachable", "sync").env("OFFSYNC_LOCAL", nobody));
    }

    private static List<Case> rows() {
        return List.of(
                Case.of(0, null, "sync")
                        .here(
                                "INSERT INTO products (id, name, price) SELECT i, 'p', 1 FROM generate_series(1, 200) AS i"),
                Case.of(14, "mass_delete", "push").here("DELETE FROM products WHERE id > 1"),
                Case.of(0, null, "push --allow-mass-delete"),
                Case.of(3, null, "sync")
                        .here("INSERT INTO offsync.conflict_resolution_rules (resolution_strategy) VALUES ('manual');"
                                + " UPDATE products SET price = 2")
                        .there("UPDATE products SET price = 3"),
                Case.of(3, null, "status --check --max-age 1h"),
                Case.of(4, null, "sync")
                        .here("INSERT INTO products (id, name, price) VALUES (500, 'p', -1)")
                        .there("ALTER TABLE products ADD CHECK (price > 0)"),
                Case.of(4, null, "devices list --check --max-age 0s"),
                Case.of(12, "revoked", "sync").there("UPDATE offsync.device SET revoked_at = now()"));
    }

    @Test
    void each_exit_code_comes_from_the_jar_and_stands_in_its_document() throws SQLException, IOException {
        for (Case one : table()) {
            if (one.here() != null) {
                till.sql(one.here());
            }
            if (one.there() != null) {
                fleet.sql(one.there());
            }
            JarProcess command = till.command((one.typed() + " --json").split(" ", -1));
            // A machine busy with other builds may need longer than the default to answer.
            command.env("OFFSYNC_CONNECT_TIMEOUT", "60");
            one.environment().forEach(command::env);
            Answer answer = Answer.of(command.run());
            assertThat(answer.exitCode()).as("%s: %s", one, answer).isEqualTo(one.code());
            assertThat(answer.stdout().lines()).hasSize(1);
            assertThat(answer.number("exit_code")).isEqualTo(one.code());
            assertThat(JSON.readTree(answer.stdout()).path("error").path("code").asText(null))
                    .as("%s: %s", one, answer)
                    .isEqualTo(one.error());
            if (one.undo() != null) {
                till.sql(one.undo());
            }
        }
    }

    @Test
    void a_lock_that_is_held_is_11_and_a_database_never_prepared_is_10() throws SQLException {
        try (Sql other = till.database().open()) {
            other.rows("SELECT pg_advisory_lock(1868981875, 1)");
            Answer locked = till.offsync("push", "--json");
            assertThat(locked.exitCode()).as("%s", locked).isEqualTo(11);
            assertThat(locked.text("error.code")).isEqualTo("locked");
        }
        Answer never = fleet.van().offsync("push", "--json");
        assertThat(never.exitCode()).as("%s", never).isEqualTo(10);
        assertThat(never.text("error.code")).isEqualTo("not_initialised");
    }

    @Test
    @Tag("guarantee-5")
    void a_terminated_push_is_143_with_metrics_and_the_next_one_goes_on() throws SQLException, IOException {
        Path metrics = directory.resolve("offsync.prom");
        till.set("metrics_file", metrics.toString());
        till.sql("INSERT INTO products (name) VALUES ('tea')");
        try (Sql hub = holdingProducts();
                RunningJar push = till.start("push", "--json")) {
            Eventually.untilARunIsHeldUpIn(fleet.hub());
            push.terminate();
            Answer answer = Device.end(push);
            assertThat(answer.exitCode()).as("%s", answer).isEqualTo(143);
            assertThat(answer.number("exit_code")).isEqualTo(143);
            assertThat(answer.text("error.code")).isEqualTo("interrupted");
            hub.connection().rollback();
        }
        Map<String, Double> told = PrometheusText.parse(Files.readString(metrics));
        assertThat(told)
                .containsEntry("offsync_run_exit_code{command=push}", 143.0)
                .containsKeys("offsync_queue_operations{state=pending}", "offsync_conflicts_open");
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(metrics);
        }
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }

    @Test
    void ctrl_c_in_a_push_that_shows_how_far_it_is_is_130() throws SQLException {
        till.sql("INSERT INTO products (name) VALUES ('tea')");
        try (Sql hub = holdingProducts();
                TerminalSession push = TerminalSession.start(till.command("push"), "xterm", 80, 24)) {
            push.await("ing ");
            Eventually.untilARunIsHeldUpIn(fleet.hub());
            push.press("\u0003").await("interrupted").await("hint: ");
            assertThat(push.exitCode()).isEqualTo(130);
            hub.connection().rollback();
        }
        assertThat(till.inThisProcess("push").exitCode()).isZero();
        assertThat(fleet.rows("SELECT name FROM products")).containsExactly("tea");
    }

    private Sql holdingProducts() throws SQLException {
        Sql session = fleet.hub().open();
        session.connection().setAutoCommit(false);
        session.exec("LOCK TABLE products IN ACCESS EXCLUSIVE MODE");
        return session;
    }
}
