package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.RuleDraft;
import dev.offsync.sync.DeinitOptions;
import dev.offsync.sync.DevicesOptions;
import dev.offsync.sync.DiscardOptions;
import dev.offsync.sync.QueueChoice;
import dev.offsync.sync.QueueFilter;
import dev.offsync.sync.QueueFilter.Status;
import dev.offsync.ui.CapturedConsole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The operators' commands: what they hand to their verbs, and the consent that they want before they destroy. */
class OperatorOptionsTest {
    private static Run typing(String typed, String... args) {
        var verbs = new RecordingVerbs();
        var captured = CapturedConsole.typing(typed, Map.of());
        int exitCode = new Program(captured.console(), Path.of("/nonexistent"), "1.2.3", verbs).run(args);
        return new Run(exitCode, captured.out(), captured.err(), verbs);
    }

    @Test
    void the_queue_is_selected_by_table_and_status() {
        assertThat(Run.offsync("queue", "list").verbs().asked).containsExactly(new QueueFilter(null, null), 1000);
        assertThat(Run.offsync("queue", "list", "--table", "a", "--status", "parked", "--limit", "5")
                        .verbs()
                        .asked)
                .containsExactly(new QueueFilter("a", Status.PARKED), 5);
        assertThat(Run.offsync("queue", "list", "--status", "lost").err()).contains("none of pending, parked");
    }

    @Test
    void retry_takes_ids_or_all() {
        assertThat(Run.offsync("queue", "retry", "3", "4").asked()).isEqualTo(QueueChoice.of(List.of(3L, 4L)));
        assertThat(Run.offsync("queue", "retry", "--all", "--table", "a").asked())
                .isEqualTo(QueueChoice.matching(new QueueFilter("a", null)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "queue retry",
                "queue retry 3 --all",
                "queue retry 3 --table a",
                "queue retry x",
                "queue discard",
                "queue list --limit 0",
                "devices list --max-age 3d",
                "devices revoke",
                "config set batch_size",
                "config get",
                "rules set products update_update",
                "rules unset products",
                "rules apply"
            })
    void what_makes_no_sense_is_a_usage_error(String line) {
        Run run = Run.offsync(line.split(" "));
        assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
        assertThat(run.verbs().asked).isEmpty();
        assertThat(run.err()).contains("hint: ").doesNotContain("Usage:");
    }

    @Test
    void rules_take_their_options() {
        assertThat(Run.offsync("rules", "set", "products", "*", "lww").asked())
                .isEqualTo(new RuleDraft("products", "*", "lww", null, List.of(), "manual", 0));
        assertThat(Run.offsync(
                                "rules",
                                "set",
                                "*",
                                "update_update",
                                "merge",
                                "--delta",
                                "a,\"B\"",
                                "--fallback",
                                "lww",
                                "--priority",
                                "-3",
                                "--function",
                                "s.f")
                        .asked())
                .isEqualTo(new RuleDraft("*", "update_update", "merge", "s.f", List.of("a", "\"B\""), "lww", -3));
        assertThat(Run.offsync("rules", "unset", "*", "*").verbs().asked).containsExactly("*", "*");
        assertThat(Run.offsync("rules", "apply", "r.toml", "--dry-run").verbs().asked)
                .containsExactly(Path.of("r.toml"), true);
    }

    @Test
    void config_takes_keys_and_values() {
        assertThat(Run.offsync("config", "set", "max_delete", "50%").verbs().asked)
                .containsExactly("max_delete", "50%");
        assertThat(Run.offsync("config", "get", "batch_size").out()).isEqualTo("500\n");
        assertThat(Run.offsync("config", "get", "batch_size", "-q").out()).isEqualTo("500\n");
        assertThat(Run.offsync("config", "unset", "batch_size").asked()).isEqualTo("batch_size");
    }

    @Test
    void late_devices_are_exit_4() {
        Run run = Run.offsync("devices", "list", "--check", "--max-age", "1h");
        assertThat(run.asked()).isEqualTo(new DevicesOptions(true, Duration.ofHours(1)));
        assertThat(run.exitCode()).isEqualTo(4);
        assertThat(run.out()).contains("Late: till-7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue discard 3", "deinit", "deinit --hub", "devices revoke till"})
    void what_destroys_wants_consent(String line) {
        String[] args = line.split(" ");
        Run silent = Run.offsync(args);
        assertThat(silent.exitCode()).isEqualTo(2);
        assertThat(silent.verbs().asked).isEmpty();
        assertThat(silent.err()).contains("hint: add --yes");
        assertThat(typing("y\n", (line + " --no-input").split(" ")).err()).contains("hint: add --yes");

        Run refused = typing("n\n", args);
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("[y/N]").contains("not confirmed; nothing was done");
        assertThat(typing("", args).exitCode()).isEqualTo(2);
        assertThat(changed(refused)).isFalse();

        Run confirmed = typing("yes\n", args);
        assertThat(confirmed.exitCode()).isZero();
        assertThat(changed(confirmed)).isTrue();
        Run consented = Run.offsync((line + " --yes").split(" "));
        assertThat(consented.exitCode()).isZero();
        assertThat(consented.verbs().asked).hasSize(1);
    }

    /** Whether a verb was called that was not a dry run. */
    private static boolean changed(Run run) {
        return run.verbs().asked.stream()
                .anyMatch(asked -> asked instanceof DiscardOptions discard
                        ? !discard.dryRun()
                        : !(asked instanceof DeinitOptions deinit) || !deinit.dryRun());
    }

    @Test
    void the_question_shows_the_plan_and_the_very_plan_is_carried_out() {
        Run run = typing("y\n", "queue", "discard", "--all", "--reason", "a mistake", "--json");
        assertThat(run.err()).contains("17 update products key 2", "Drop this operation");
        assertThat(run.verbs().asked)
                .containsExactly(
                        new DiscardOptions(QueueChoice.matching(new QueueFilter(null, null)), "a mistake", true),
                        new DiscardOptions(QueueChoice.of(List.of(17L)), "a mistake", false));
        assertThat(run.out().lines()).hasSize(1);
        assertThat(typing("y\n", "deinit").err()).contains("of till-7", "3 operations will never be sent");
    }

    @Test
    void a_dry_run_needs_no_consent() {
        assertThat(Run.offsync("deinit", "--hub", "--dry-run").asked()).isEqualTo(new DeinitOptions(true, false, true));
        assertThat(Run.offsync("deinit", "--discard-pending", "--yes").asked())
                .isEqualTo(new DeinitOptions(false, true, false));
        assertThat(Run.offsync("queue", "discard", "3", "--dry-run").exitCode()).isZero();
    }

    @Test
    void single_tables_are_let_go_here_alone() {
        assertThat(Run.offsync("deinit", "--tables", "a,\"B, c\"", "--dry-run").asked())
                .isEqualTo(new DeinitOptions(false, List.of("a", "\"B, c\""), false, true));
        assertThat(typing("y\n", "deinit", "--tables", "a,b").err()).contains("Take a,b out of offsync's hands?");
        assertThat(Run.offsync("deinit", "--hub", "--tables", "a", "--dry-run").exitCode())
                .isEqualTo(2);
    }
}
