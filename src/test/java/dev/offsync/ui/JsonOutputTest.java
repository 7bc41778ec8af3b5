package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import dev.offsync.model.Result;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonOutputTest {
    @Test
    void a_push_has_its_fields_in_snake_case_after_the_head() throws IOException {
        assertThat(json("push", RunSamples.pushWithConflicts()))
                .isEqualTo("{\"schema_version\":1,\"command\":\"push\",\"exit_code\":3,"
                        + "\"pushed\":10,\"coalesced\":0,\"batches\":1,\"remaining\":2,\"failed\":0,\"parked\":0,"
                        + "\"conflicts\":{\"detected\":3,\"resolved\":1,\"open\":2},\"open_conflicts\":["
                        + "{\"id\":12,\"table\":\"products\",\"record_id\":\"1\",\"type\":\"update_update\"},"
                        + "{\"id\":13,\"table\":\"customers\",\"record_id\":\"[\\\"de\\\", \\\"7\\\"]\","
                        + "\"type\":\"insert_insert\"}],\"clock_skew_ms\":null,\"duration_ms\":80,\"dry_run\":false,"
                        + "\"problems\":[]}\n");
    }

    @Test
    void a_problem_names_table_column_and_key() throws IOException {
        assertThat(json("push", RunSamples.pushWithProblems()))
                .contains("\"exit_code\":4")
                .contains("\"problems\":[{\"code\":\"check_violation\",\"table\":\"products\",\"column\":\"price\","
                        + "\"record_id\":\"17\",\"message\":\"new row for relation \\\"products\\\" violates");
    }

    @Test
    void a_pull_and_a_sync_have_theirs() throws IOException {
        assertThat(json("pull", RunSamples.pull()))
                .contains("\"pulled\":9,\"inserted\":5,\"updated\":3,\"deleted\":1,\"skipped\":2,")
                .contains("\"full\":false,\"complete\":true,\"clock_skew_ms\":-20,\"duration_ms\":61000");
        assertThat(json("sync", RunSamples.sync()))
                .startsWith("{\"schema_version\":1,\"command\":\"sync\",\"exit_code\":0,\"push\":{\"pushed\":12,")
                .contains("},\"pull\":{\"pulled\":9,")
                .endsWith(",\"duration_ms\":62234}\n");
    }

    @Test
    void a_status_has_times_in_utc_and_its_exit_code_once() throws IOException {
        String status = json("status", RunSamples.status());
        assertThat(status)
                .contains("\"exit_code\":4,\"device\":\"till-7\",\"online\":true,\"state\":\"online\",")
                .contains("\"queue\":{\"pending\":12,\"processing\":0,\"failed\":1,\"conflict\":2,\"completed\":340,")
                .contains("\"oldest_pending_at\":\"2026-11-23T07:00:00Z\"")
                .contains("\"last_pull_at\":null")
                .contains("\"hub_blocker\":{\"pid\":4711,")
                .contains("\"tables\":[{\"table\":\"products\",\"direction\":\"both\",\"pending\":12,\"failed\":1,")
                .contains("\"id_ranges\":[{\"table\":\"products\",\"column\":\"id\",");
        assertThat(status.split("exit_code", -1)).hasSize(2);
    }

    @Test
    void rows_are_objects_of_texts_and_a_deleted_row_is_null() throws IOException {
        assertThat(json("conflicts list", ConflictSamples.list()))
                .contains("\"base\":{\"id\":\"1\",\"name\":\"Tea\",\"price\":\"9.99\",\"note\":null}")
                .contains("\"remote\":null")
                .contains("\"note\":\"wi\\u001B[31mth\\nescape\"")
                .contains("\"local_changed_at\":\"2026-11-23T08:59:00Z\"")
                .contains("\"resolved\":true,\"resolution\":\"local\",\"resolved_data\":{\"id\":\"1\"");
    }

    @Test
    void the_other_commands_have_theirs() throws IOException {
        assertThat(json("conflicts show", ConflictSamples.detail()))
                .contains("\"exit_code\":0,\"conflict\":{\"id\":12,")
                .endsWith("\"explanation\":\"Both sides changed price since the device's last pull.\"}\n");
        assertThat(json("conflicts resolve", ConflictSamples.resolve(true)))
                .contains(
                        "\"resolved\":[{\"id\":12,\"table\":\"products\",\"record_id\":\"1\",\"resolution\":\"local\","
                                + "\"data\":{\"id\":\"1\"")
                .contains("\"resolution\":\"remote\",\"data\":null}],\"open\":1,\"dry_run\":true}");
        assertThat(json("purge", RunSamples.purge()))
                .isEqualTo("{\"schema_version\":1,\"command\":\"purge\",\"exit_code\":0,\"purged\":120,"
                        + "\"conflicts_purged\":1,\"rows_evicted\":40,\"dry_run\":false}\n");
        assertThat(json("init", RunSamples.init()))
                .contains("\"device\":\"till-7\",\"tables\":[{\"table\":\"products\",\"direction\":\"both\","
                        + "\"priority\":0,\"sync_columns\":false,\"added\":true}]");
        assertThat(json("init", RunSamples.printedSql())).contains("\"sql\":\"CREATE SCHEMA offsync;\"");
    }

    @Test
    void a_failure_is_a_document_too() throws IOException {
        var captured = CapturedConsole.pipe(Map.of());
        new JsonOutput(captured.console(), false)
                .failure("push", new Failure("offline", 13, "cannot reach the hub at h:5432", null, null));
        assertThat(captured.out())
                .isEqualTo(
                        "{\"schema_version\":1,\"command\":\"push\",\"exit_code\":13,\"error\":{\"code\":\"offline\","
                                + "\"message\":\"cannot reach the hub at h:5432\",\"hint\":null}}\n");
        assertThat(captured.err()).isEmpty();
    }

    @Test
    void every_result_is_one_document_on_one_line() throws IOException {
        for (Result result : Samples.all()) {
            String document = json("any", result);
            assertThat(document.indexOf('\n')).isEqualTo(document.length() - 1);
            try (JsonParser parser = new JsonFactory().createParser(document)) {
                parser.nextToken();
                parser.skipChildren();
                assertThat(parser.nextToken()).isNull();
            }
        }
    }

    private static String json(String command, Result result) throws IOException {
        var captured = CapturedConsole.pipe(Map.of());
        new JsonOutput(captured.console(), false).result(command, result);
        return captured.out();
    }
}
