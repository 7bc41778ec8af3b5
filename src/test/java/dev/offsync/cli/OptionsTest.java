package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.ConflictType;
import dev.offsync.model.Direction;
import dev.offsync.model.Row;
import dev.offsync.model.Use;
import dev.offsync.sync.PurgeOptions;
import dev.offsync.sync.ResolveOptions;
import dev.offsync.sync.StatusOptions;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.init.InitOptions.Existing;
import dev.offsync.sync.init.InitOptions.PrintSql;
import dev.offsync.sync.init.InitOptions.Scope;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
    @Test
    void push_takes_its_options() {
        Run run = Run.offsync(
                "push",
                "--tables",
                "a,b",
                "--batch-size",
                "500",
                "--limit",
                "7",
                "--max-duration",
                "90s",
                "--allow-mass-delete",
                "--dry-run");
        assertThat(run.asked())
                .isEqualTo(new PushOptions(List.of("a", "b"), 500, 7L, Duration.ofSeconds(90), true, true));
        assertThat(Run.offsync("push").asked()).isEqualTo(new PushOptions(List.of(), null, null, null, false, false));
    }

    @Test
    void sync_takes_what_push_and_pull_take() {
        Run run = Run.offsync("sync", "--tables", "a", "--full", "--batch-size", "5", "--max-duration", "1h");
        assertThat(run.verbs().asked)
                .containsExactly(
                        new PushOptions(List.of("a"), 5, null, Duration.ofHours(1), false, false),
                        new PullOptions(List.of("a"), true, Duration.ofHours(1), false, false));
        assertThat(Run.offsync("pull", "--full").asked())
                .isEqualTo(new PullOptions(List.of(), true, null, false, false));
    }

    @Test
    void init_takes_its_options() {
        String line = "init|--tables|a,\"B,c\"|--device|till|--direction|push|--sync-columns"
                + "|--where|a=x >= 3|--where|\"B=c\"=y|--priority|a=-2|--create-tables|--id-ranges|5000"
                + "|--existing|push|--local-only|--new-identity|--dry-run|--print-sql|hub";
        Run run = Run.offsync(line.split("\\|"));
        assertThat(run.asked())
                .isEqualTo(new InitOptions(
                        List.of("a", "\"B,c\""),
                        false,
                        "till",
                        Direction.PUSH,
                        true,
                        Map.of("a", "x >= 3", "\"B=c\"", "y"),
                        Map.of("a", -2),
                        true,
                        5000L,
                        Existing.PUSH,
                        Scope.LOCAL_ONLY,
                        true,
                        false,
                        true,
                        PrintSql.HUB));
    }

    @Test
    void init_has_defaults() {
        assertThat(Run.offsync("init", "--all-tables", "--id-ranges", "off", "--hub-only", "--rejoin")
                        .asked())
                .isEqualTo(new InitOptions(
                        List.of(),
                        true,
                        null,
                        Direction.BOTH,
                        false,
                        Map.of(),
                        Map.of(),
                        false,
                        0L,
                        Existing.MERGE,
                        Scope.HUB_ONLY,
                        false,
                        true,
                        false,
                        null));
    }

    @Test
    void status_and_purge_take_theirs() {
        assertThat(Run.offsync("status", "--check", "--max-age", "1h").asked())
                .isEqualTo(new StatusOptions(true, Duration.ofHours(1)));
        assertThat(Run.offsync("purge", "--rows", "s.\"T\"", "--older-than", "30d", "--dry-run")
                        .asked())
                .isEqualTo(new PurgeOptions(Duration.ofDays(30), "s.\"T\"", true));
        assertThat(Run.offsync("purge").asked()).isEqualTo(new PurgeOptions(null, null, false));
    }

    @Test
    void conflicts_are_selected_by_table_and_type() {
        assertThat(Run.offsync("conflicts", "list", "--table", "a", "--type", "update_delete", "--all")
                        .asked())
                .isEqualTo(new ConflictFilter("a", ConflictType.UPDATE_DELETE, true));
        assertThat(Run.offsync("conflicts", "show", "42").asked()).isEqualTo(42L);
    }

    @Test
    void a_resolution_takes_a_side_and_single_columns() {
        Run run = Run.offsync(
                "conflicts",
                "resolve",
                "12",
                "13",
                "--use",
                "merge",
                "--set",
                "price=a=b",
                "--set",
                "note=",
                "--set",
                "gone",
                "--dry-run");
        var options = (ResolveOptions) run.asked();
        assertThat(options.ids()).containsExactly(12L, 13L);
        assertThat(options.use()).isEqualTo(Use.MERGE);
        assertThat(options.set())
                .containsEntry("price", "a=b")
                .containsEntry("note", "")
                .containsEntry("gone", null);
        assertThat(options.dryRun()).isTrue();
        assertThat(options.filter()).isEqualTo(new ConflictFilter(null, null, false));
    }

    @Test
    void a_resolution_takes_a_whole_row() {
        Run run = Run.offsync(
                "conflicts",
                "resolve",
                "--all",
                "--type",
                "foreign_key",
                "--data",
                "{\"id\": 1.50, \"big\": 1e400, \"ok\": true, \"t\": \"x\", \"n\": null}");
        var options = (ResolveOptions) run.asked();
        assertThat(options.ids()).isEmpty();
        assertThat(options.filter().type()).isEqualTo(ConflictType.FOREIGN_KEY);
        assertThat(options.data())
                .isEqualTo(Row.of(
                        List.of("id", "big", "ok", "t", "n"), Arrays.asList("1.50", "1e400", "true", "x", null)));
    }

    @Test
    void a_value_that_begins_with_an_at_sign_is_no_file() {
        Run run = Run.offsync("conflicts", "resolve", "1", "--set", "name=@home", "--set", "@x=1");
        assertThat(((ResolveOptions) run.asked()).set())
                .containsEntry("name", "@home")
                .containsEntry("@x", "1");
        assertThat(Run.offsync("push", "@args").exitCode()).isEqualTo(2);
    }

    @Test
    void a_resolution_without_a_decision_says_what_to_add() {
        Run run = Run.offsync("conflicts", "resolve", "1", "--no-input");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("hint: add --use local|remote|latest|merge, --set COLUMN=VALUE or --data JSON");
        assertThat(run.verbs().asked).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "push|--tables|a,,b",
                "push|--tables|\"a",
                "push|--batch-size|0",
                "push|--limit|-1",
                "push|--limit|many",
                "push|--max-duration|7x",
                "push|--tables",
                "init|--tables|a|--all-tables",
                "init|--local-only|--hub-only",
                "init|--new-identity|--rejoin",
                "init|--where|a",
                "init|--where|=x",
                "init|--where|a=x|--where|a=y",
                "init|--priority|a=high",
                "init|--id-ranges|0",
                "init|--id-ranges|-5",
                "init|--direction|down",
                "init|--existing|drop",
                "init|--print-sql|both",
                "init|--device| ",
                "status|--max-age|1h",
                "purge|--older-than|week",
                "purge|--rows|a,b",
                "conflicts|list|--type|update",
                "conflicts|list|--table|a,b",
                "conflicts|show",
                "conflicts|show|x",
                "conflicts|show|1|2",
                "conflicts|resolve|--use|local",
                "conflicts|resolve|1|--all|--use|local",
                "conflicts|resolve|1|--table|a|--use|local",
                "conflicts|resolve|x|--use|local",
                "conflicts|resolve|1|--data|{}|--use|local",
                "conflicts|resolve|1|--set|=x",
                "conflicts|resolve|1|--set|a=1|--set|a=2",
                "conflicts|resolve|1|--data|[1]",
                "conflicts|resolve|1|--data|{\"a\":{}}",
                "conflicts|resolve|1|--data|{\"a\":1,\"a\":2}",
                "conflicts|resolve|1|--data|{\"a\":1} {}",
                "conflicts|resolve|1|--data|{\"a\":",
                "push|--color|red",
                "push|--log-format|xml",
                "push|--lock-wait|soon"
            })
    void what_makes_no_sense_is_a_usage_error_before_anything_is_done(String line) {
        Run run = Run.offsync(line.split("\\|"));
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).startsWith("offsync: ").doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(run.verbs().asked).isEmpty();
    }
}
