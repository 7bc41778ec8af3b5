package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Every command has a schema, and everything it prints with --json keeps to it. */
class SchemasTest {
    private static final String LOCAL = "postgresql://app@localhost/shop";

    private static final Committed COMMITTED = new Committed(Schemas.DIRECTORY, "\\.schema\\.json");

    @BeforeAll
    static void refresh() {
        COMMITTED.refreshed(fresh());
    }

    @Test
    void every_command_answers_with_a_known_record() {
        assertThat(Documents.unknown()).isEmpty();
    }

    @Test
    void the_schemas_in_the_jar_are_those_of_the_records() {
        COMMITTED.isAsIn(fresh());
    }

    private static Map<String, String> fresh() {
        var fresh = new TreeMap<String, String>();
        fresh.put(Schemas.file("offsync"), SchemaWriter.programSchema());
        Documents.leaves()
                .forEach((command, spec) -> fresh.put(
                        Schemas.file(command),
                        SchemaWriter.schema(command, spec.usageMessage().header()[0], Documents.result(command))));
        return fresh;
    }

    @Test
    void every_field_is_described() {
        Map<String, List<String>> missing = SchemaWriter.undescribed(
                Documents.leaves().keySet().stream().map(Documents::result).toList());
        missing.values().removeIf(List::isEmpty);
        assertThat(missing).as("write a sentence into fields.properties").isEmpty();
    }

    static Stream<String> commands() {
        return Documents.leaves().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void what_a_command_answers_keeps_to_its_schema(String command) {
        conforms(command, run(new RecordingVerbs(), command));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_and_version_keep_to_the_schema_too(String command) {
        conforms(command, Run.offsync((command + " --json --help").split(" ", -1)));
        conforms(command, Run.offsync((command + " --json --version").split(" ", -1)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void a_wrong_option_keeps_to_the_schema_too(String command) {
        Run run = Run.offsync((command + " --json --no-such-option").split(" ", -1));
        assertThat(run.exitCode()).isEqualTo(2);
        conforms(command, run);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void every_error_keeps_to_the_schema(Reason reason) {
        var verbs = new RecordingVerbs();
        verbs.thrown = new OffsyncException(reason, "what happened", reason.exitCode() % 2 == 0 ? null : "what to do");
        conforms("push", run(verbs, "push"));
    }

    @Test
    void the_program_alone_its_groups_and_misspelt_commands_have_a_schema_too() {
        for (String line :
                new String[] {"--json", "--json --version", "--json pusch", "conflicts --json", "--json -h"}) {
            Run run = Run.offsync(line.split(" ", -1));
            assertThat(Schemas.complaints("offsync", run.out())).as(line).isEmpty();
        }
    }

    @Test
    void the_test_would_notice_a_field_that_is_not_documented() {
        String document = run(new RecordingVerbs(), "push").out();
        assertThat(Schemas.complaints("push", document.replace("\"batches\"", "\"lots\"")))
                .isNotEmpty();
        assertThat(Schemas.complaints("push", document.replace("\"problems\":", "\"secret\":1,\"problems\":")))
                .isNotEmpty();
        assertThat(Schemas.complaints("push", document.replace("\"open\":", "\"secret\":1,\"open\":")))
                .isNotEmpty();
    }

    private static void conforms(String command, Run run) {
        assertThat(Schemas.complaints(command, run.out())).as("%s", run.out()).isEmpty();
    }

    private static Run run(RecordingVerbs verbs, String command) {
        var words = new ArrayList<String>(List.of(command.split(" ", -1)));
        words.addAll(List.of("--json", "--no-input", "--local", LOCAL));
        words.addAll(needed(command));
        return Run.with(Map.of(), verbs, words.toArray(String[]::new));
    }

    /** What a command cannot do without. */
    private static List<String> needed(String command) {
        CommandSpec spec = Documents.leaves().get(command);
        var words = new ArrayList<String>();
        if (command.equals("conflicts resolve")) {
            words.addAll(List.of("--use", "local"));
        }
        for (PositionalParamSpec positional : spec.positionalParameters()) {
            words.add(
                    switch (positional.paramLabel()) {
                        case "KEY" -> "batch_size";
                        case "VALUE" -> "500";
                        case "TABLE" -> "products";
                        case "TYPE" -> "update_update";
                        case "STRATEGY" -> "lww";
                        default -> "12";
                    });
        }
        for (OptionSpec option : spec.options()) {
            if (option.longestName().equals("--yes")) {
                words.add("--yes");
            }
        }
        return words;
    }
}
