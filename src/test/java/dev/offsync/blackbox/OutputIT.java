package dev.offsync.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.offsync.testing.PrometheusText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an operator and a monitoring system see of the jar. */
class OutputIT {
    @AutoClose
    private final Fleet fleet = new Fleet();

    private final Device till = fleet.till();

    @TempDir
    private Path directory;

    @BeforeEach
    void join() throws SQLException {
        fleet.join(till);
        till.sql("INSERT INTO products (name) VALUES ('tea')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "push", "pull", "sync", "conflicts list", "purge", "check", "init", "nonsense"})
    void nothing_but_the_one_document_is_on_standard_output_even_with_all_logs(String command) throws IOException {
        var words = new ArrayList<>(List.of(command.split(" ", -1)));
        words.addAll(List.of("-vv", "--json"));
        if (command.equals("init")) {
            words.addAll(List.of("--tables", Fleet.ALL_TABLES));
        }
        Answer answer = till.offsync(words.toArray(String[]::new));
        assertThat(answer.stdout().lines()).hasSize(1);
        assertThat(new ObjectMapper()
                        .readTree(answer.stdout())
                        .path("schema_version")
                        .intValue())
                .isEqualTo(1);
    }

    @Test
    void one_mark_ties_log_lines_metrics_and_sessions_together() throws IOException, SQLException {
        Path log = directory.resolve("offsync.log");
        Path metrics = directory.resolve("offsync.prom");
        till.set("metrics_file", metrics.toString());
        fleet.sql("""
                CREATE TABLE seen (application text);
                CREATE FUNCTION note_application() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO public.seen VALUES (current_setting('application_name'));
                    RETURN NULL;
                END
                $$;
                CREATE TRIGGER note AFTER INSERT ON products EXECUTE FUNCTION note_application();
                """);

        Answer answer = till.offsync("sync", "--log-file", log.toString(), "--log-format", "json");

        assertThat(answer.exitCode()).as("%s", answer).isZero();
        Set<String> runs = Files.readAllLines(log).stream().map(OutputIT::run).collect(Collectors.toSet());
        assertThat(runs).hasSize(1);
        String run = runs.iterator().next();
        assertThat(PrometheusText.parse(Files.readString(metrics)))
                .containsEntry("offsync_run_info{command=sync, run=" + run + "}", 1.0);
        assertThat(fleet.scalar("SELECT application FROM seen"))
                .startsWith("offsync sync ")
                .endsWith(" " + run);
    }

    @Test
    void metrics_that_cannot_be_written_draw_a_warning_and_fail_no_run() throws SQLException {
        till.set("metrics_file", "/nowhere/offsync.prom");
        Answer answer = till.offsync("push");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.stderr())
                .isEqualTo("offsync: warning: cannot write metrics_file /nowhere/offsync.prom:"
                        + " its directory does not exist\n");
    }

    @Test
    void a_password_in_a_url_works_and_draws_a_warning_without_it() {
        String url = till.database().url();
        Answer answer = till.offsync("status", "--local", url);
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.stderr())
                .startsWith("offsync: warning: the URL in --local holds a password that others may see")
                .doesNotContain(url.substring(url.indexOf("://") + 3, url.indexOf('@')));
    }

    @Test
    void with_json_lines_a_warning_is_one_too() throws IOException {
        Answer answer = till.offsync("status", "--local", till.database().url(), "--log-format", "json", "--json");
        assertThat(answer.exitCode()).isZero();
        assertThat(new ObjectMapper().readTree(answer.stderr()).path("message").asText())
                .startsWith("the URL in --local holds a password");
    }

    @Test
    void more_is_logged_to_standard_error_where_it_is_asked_for() {
        assertThat(till.offsync("push").stderr()).isEmpty();
        assertThat(till.offsync("push", "-v").stderr())
                .contains("INFO  offsync: connected to the local database at", "connected to the hub at", "push took");
    }

    @Test
    void check_ends_with_5_on_an_error_and_0_on_warnings() throws SQLException {
        assertThat(till.offsync("check").exitCode()).isZero();
        till.sql("ALTER TABLE products DISABLE TRIGGER offsync_insert");
        Answer answer = till.offsync("check");
        assertThat(answer.exitCode()).isEqualTo(5);
        assertThat(answer.stdout()).contains("error    local_trigger_disabled:", "hint: run offsync init");
    }

    @Test
    void tables_are_completed_with_what_the_database_knows() {
        assertThat(till.offsync("__complete", "tables").stdout().lines())
                .containsExactlyInAnyOrder(Fleet.ALL_TABLES.split(",", -1));
    }

    private static String run(String line) {
        try {
            return new ObjectMapper().readTree(line).path("run").asText();
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }
}
