package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.config.GlobalOption;
import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Progress;
import dev.offsync.model.PushResult;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.ui.CapturedConsole;
import dev.offsync.ui.RunSamples;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
    private static final String LOCAL = "postgresql://app@localhost/shop";

    @Test
    void alone_it_shows_the_three_usual_steps() {
        Run run = Run.offsync();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("1. ", "offsync init", "2. ", "offsync sync", "3. ", "offsync status");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void the_version_is_told_before_and_after_a_command() {
        assertThat(Run.offsync("-V").out()).isEqualTo("offsync 1.2.3\n");
        assertThat(Run.offsync("push", "--version").out()).isEqualTo("offsync 1.2.3\n");
        assertThat(Run.offsync("--json", "-V").out())
                .isEqualTo("{\"schema_version\":1,\"command\":\"offsync\",\"exit_code\":0,\"version\":\"1.2.3\"}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "init",
                "status",
                "push",
                "pull",
                "sync",
                "conflicts",
                "conflicts list",
                "conflicts show",
                "conflicts resolve",
                "queue",
                "queue list",
                "queue retry",
                "queue discard",
                "rules",
                "rules list",
                "rules set",
                "rules unset",
                "rules apply",
                "config",
                "config list",
                "config get",
                "config set",
                "config unset",
                "devices",
                "devices list",
                "devices revoke",
                "deinit",
                "purge"
            })
    void every_help_lists_its_exit_statuses_and_names_the_global_options(String command) {
        Run run = Run.offsync((command + " --help").strip().split(" "));
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .contains(("Usage: offsync " + command).strip())
                .containsPattern("Exit status:\n  0 +done\n")
                .containsPattern("\n  2 +usage")
                .contains("--json", "--lock-wait=DURATION");
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void global_options_count_before_and_after_the_command() {
        Run before = Run.offsync("--local", LOCAL, "--json", "--lock-wait", "5m", "-v", "push");
        Run after = Run.offsync("push", "--local", LOCAL, "--json", "--lock-wait", "5m", "-v");
        Run around = Run.offsync("--json", "--local", LOCAL, "push", "-v", "--lock-wait", "5m");
        for (Run run : new Run[] {before, after, around}) {
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).startsWith("{\"schema_version\":1,\"command\":\"push\"");
            assertThat(run.verbs().settings.lockWait()).hasMinutes(5);
            assertThat(run.verbs().settings.option(GlobalOption.LOCAL)).contains(LOCAL);
            assertThat(run.verbs().settings.option(GlobalOption.VERBOSE)).contains("1");
        }
    }

    @Test
    void of_an_option_given_twice_the_last_one_counts() {
        Run run = Run.offsync("--local", "postgresql://a/b", "push", "--local", LOCAL, "--json", "--json");
        assertThat(run.verbs().settings.option(GlobalOption.LOCAL)).contains(LOCAL);
        assertThat(run.err()).isEmpty();
    }

    @Test
    void verbosity_adds_up_before_and_after_the_command() {
        assertThat(verbosity("-vv", "push")).isEqualTo("2");
        assertThat(verbosity("push", "-v", "-v")).isEqualTo("2");
        assertThat(verbosity("-v", "push", "-v")).isEqualTo("2");
        assertThat(verbosity("push", "-vvvv")).isEqualTo("2");
    }

    private static String verbosity(String... args) {
        return Run.offsync(args).verbs().settings.option(GlobalOption.VERBOSE).orElseThrow();
    }

    @Test
    void the_environment_can_ask_for_json_too() {
        Run run = Run.with(Map.of("OFFSYNC_JSON", "1"), new RecordingVerbs(), "push", "--bogus");
        assertThat(run.out()).startsWith("{\"schema_version\":1,\"command\":\"push\",\"exit_code\":2,\"error\":");
    }

    @Test
    void misspelt_commands_and_options_get_a_suggestion() {
        Run command = Run.offsync("conflicts", "lisst");
        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.err()).contains("offsync: unknown command: lisst\n", "did you mean list");
        assertThat(Run.offsync("devcies", "list").err()).contains("did you mean devices");
        assertThat(Run.offsync("statsu").err()).contains("did you mean status");
        assertThat(Run.offsync("pusch").err()).contains("did you mean push?");
        assertThat(Run.offsync("help", "sync").err()).contains("hint: offsync --help, or offsync COMMAND --help");
        assertThat(Run.offsync("replicate").err()).contains("hint: see offsync --help");
        assertThat(Run.offsync("push", "--dry-rn").err())
                .contains("offsync: unknown option: '--dry-rn'\n", "did you mean --dry-run?");
    }

    @Test
    void an_error_in_the_arguments_is_one_json_document() {
        Run run = Run.offsync("conflicts", "resolve", "1", "--use", "mine", "--json");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .isEqualTo("{\"schema_version\":1,\"command\":\"conflicts resolve\",\"exit_code\":2,\"error\":{"
                        + "\"code\":\"usage\",\"message\":\"invalid value for option '--use': 'mine' is none of local,"
                        + " remote, latest, merge\",\"hint\":\"see offsync conflicts resolve --help\"}}\n");
        assertThat(run.err()).isEmpty();
        assertThat(Run.offsync("--bogus", "push", "--json").out()).contains("\"command\":\"push\"");
    }

    @Test
    void a_group_without_its_command_is_a_usage_error() {
        Run run = Run.offsync("conflicts");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("conflicts needs a command: list, show, resolve");
    }

    @Test
    void a_password_in_an_argument_is_not_repeated() {
        Run run = Run.offsync("push", "postgresql://app:secret@hub/shop");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).doesNotContain("secret").contains("postgresql://app:***@hub/shop");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void every_reason_has_its_exit_code_and_word(Reason reason) {
        var verbs = new RecordingVerbs();
        verbs.thrown = new OffsyncException(reason, "what happened", "what to do");
        Run text = Run.with(Map.of(), verbs, "push");
        assertThat(text.exitCode()).isEqualTo(reason.exitCode());
        assertThat(text.err()).isEqualTo("offsync: what happened\nhint: what to do\n");
        Run json = Run.with(Map.of(), verbs, "push", "--json");
        assertThat(json.out())
                .isEqualTo("{\"schema_version\":1,\"command\":\"push\",\"exit_code\":" + reason.exitCode()
                        + ",\"error\":{\"code\":\"" + reason.word()
                        + "\",\"message\":\"what happened\",\"hint\":\"what to do\"}}\n");
    }

    @Test
    void a_run_without_the_memory_that_it_needs_says_how_to_give_it_more() {
        var verbs = new RecordingVerbs();
        verbs.collapse = new OutOfMemoryError("Java heap space");
        Run run = Run.with(Map.of(), verbs, "push");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .startsWith("offsync: this run has too little memory\nhint: nothing was lost")
                .contains("-Xmx");
    }

    @Test
    void what_nobody_foresaw_is_exit_1_without_a_stack_trace() {
        var verbs = new RecordingVerbs();
        verbs.thrown = new IllegalStateException("boom");
        Run run = Run.with(Map.of(), verbs, "push");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err()).contains("offsync: unexpected error: IllegalStateException: boom\nhint: ");
        assertThat(run.err()).doesNotContain("\tat ");
        assertThat(Run.with(Map.of(), verbs, "push", "-vv").err()).contains("\tat ");
        Run json = Run.with(Map.of(), verbs, "push", "-vv", "--json");
        assertThat(json.err()).contains("\tat ");
        assertThat(json.out().lines()).hasSize(1);
    }

    @Test
    void a_result_decides_the_exit_code() {
        assertThat(Run.offsync("status").exitCode()).isEqualTo(4);
    }

    @Test
    void a_log_file_that_cannot_be_written_is_said_before_anything_is_done() {
        Run run = Run.offsync("push", "--log-file", "/nonexistent/offsync.log");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err()).contains("cannot write the log file /nonexistent/offsync.log");
        assertThat(run.verbs().asked).isEmpty();
    }

    @Test
    void warnings_about_settings_go_to_standard_error_unless_quiet() {
        String url = "postgresql://app:secret@localhost/shop";
        Run run = Run.offsync("push", "--json", "--local", url);
        assertThat(run.err()).contains("offsync: warning: ").doesNotContain("secret");
        assertThat(run.out().lines()).hasSize(1);
        assertThat(Run.offsync("push", "-q", "--local", url).err()).isEmpty();
    }

    @Test
    void a_signal_answers_in_the_place_of_the_run() {
        var captured = CapturedConsole.pipe(Map.of());
        var program = new Program[1];
        var interrupting = new RecordingVerbs() {
            @Override
            public PushResult push(Settings settings, Progress progress, PushOptions options) {
                program[0].interrupt(143);
                return RunSamples.push();
            }
        };
        program[0] = new Program(captured.console(), Path.of("/nonexistent"), "1.2.3", interrupting);
        assertThat(program[0].run("push", "--json")).isEqualTo(143);
        assertThat(captured.out())
                .startsWith("{\"schema_version\":1,\"command\":\"push\",\"exit_code\":143,\"error\":{"
                        + "\"code\":\"interrupted\"")
                .endsWith("}\n");
        assertThat(captured.out().lines()).hasSize(1);
    }
}
