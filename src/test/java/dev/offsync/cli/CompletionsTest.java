package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.offsync.config.ConfigKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** completions/ is as the commands are, and bash really completes with it. */
class CompletionsTest {
    @TempDir
    private Path directory;

    @Test
    void the_committed_scripts_are_those_of_the_commands() {
        Map<String, String> fresh = Map.of(
                "offsync.bash", BashCompletion.script(),
                "_offsync", ZshCompletion.script(),
                "offsync.fish", FishCompletion.script());
        new Committed("completions", "offsync.bash|_offsync|offsync.fish")
                .refreshed(fresh)
                .isAsIn(fresh);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    offsync sta                              | status
                    offsync con                              | conflicts config
                    offsync conflicts re                     | resolve
                    offsync --json conflicts li              | list
                    offsync --local url conflicts sh         | show
                    offsync push --dry                       | --dry-run
                    offsync push --lock                      | --lock-wait
                    offsync --log-fo                         | --log-format
                    offsync --color ne                       | never
                    offsync --color = al                     | always
                    offsync status --color =                 | auto always never
                    offsync conflicts list --type up         | update_update update_delete
                    offsync conflicts resolve --use l        | local latest
                    offsync conflicts resolve 1              | 12 13
                    offsync conflicts resolve 12 1           | 12 13
                    offsync conflicts list --table pro       | products
                    offsync purge --rows = pro               | products
                    offsync push --tables orders,pro         | orders,products
                    offsync config set conflict_reso         | conflict_resolution
                    offsync config set conflict_resolution l | lww local_wins
                    offsync --json config set conflict_resolution man | manual
                    offsync init --direction pu              | push pull
                    offsync init --tables n                  | not_synced
                    offsync init --priority n                | not_synced=
                    offsync conflicts list --table '\"Or'     | \\"Order\\ Items\\"
                    """)
    void bash_completes(String line, String offered) throws IOException, InterruptedException {
        assertThat(bash(line)).containsExactly(offered.split(" (?!Items)", -1));
    }

    @Test
    void words_of_the_settings_are_offered_where_a_command_takes_a_key() {
        Documents.leaves().forEach((command, spec) -> spec.positionalParameters().stream()
                .filter(argument -> argument.paramLabel().equals("KEY"))
                .forEach(argument -> assertThat(Completion.of(command, argument))
                        .isEqualTo(new Completion.Words(Arrays.stream(ConfigKey.values())
                                .map(ConfigKey::key)
                                .toList()))));
    }

    @Test
    void no_option_takes_a_value_in_one_command_and_none_in_another() {
        List<String> values = Completion.valueOptions();
        Documents.leaves().forEach((command, spec) -> Completion.options(spec).stream()
                .filter(option -> !Completion.takesValue(option))
                .forEach(option -> assertThat(values).doesNotContain(option.names())));
    }

    @ParameterizedTest
    @CsvSource({"bash,-n,completions/offsync.bash", "zsh,-n,completions/_offsync", "fish,-n,completions/offsync.fish"})
    void each_shell_that_is_here_can_read_its_script(String shell, String check, String script)
            throws IOException, InterruptedException {
        assumeThat(Path.of("/usr/bin", shell)).exists();
        assertThat(run(List.of(shell, check, script))).isEmpty();
    }

    /** What bash offers for the last word of {@code line}, words separated by blanks. */
    private List<String> bash(String line) throws IOException, InterruptedException {
        Path program = Files.writeString(directory.resolve("offsync"), """
                #!/bin/sh
                case "$*" in
                    "__complete tables") printf '%s\\n' orders products '"Order Items"' ;;
                    "__complete all_tables") printf '%s\\n' orders products not_synced ;;
                    "__complete conflicts") printf '%s\\n' 12 13 27 ;;
                esac
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        String script = """
                PATH=%s:$PATH
                source completions/offsync.bash
                COMP_WORDS=(%s)
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                _offsync
                printf '%%s\\n' "${COMPREPLY[@]}"
                """.formatted(directory, line);
        return run(List.of("bash", "--norc", "-c", script)).lines().toList();
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
