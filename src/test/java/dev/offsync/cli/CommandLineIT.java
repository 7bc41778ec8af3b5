package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.JarProcess;
import dev.offsync.testing.JarProcess.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineIT {
    @TempDir
    private Path directory;

    @Test
    void the_version_comes_from_the_jar() {
        Outcome outcome = JarProcess.offsync("--version").run();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.stdout()).matches("offsync \\d+\\.\\d+\\.\\d+\n");
    }

    @Test
    void a_misspelt_command_is_exit_2_with_a_suggestion() {
        Outcome outcome = JarProcess.offsync("pussh").run();
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.stdout()).isEmpty();
        assertThat(outcome.stderr()).contains("offsync: unknown command: pussh\n", "hint: did you mean push");
    }

    @Test
    void an_error_in_the_arguments_is_one_json_document() {
        Outcome outcome = JarProcess.offsync("pull", "--bogus", "--json").run();
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.stdout())
                .startsWith("{\"schema_version\":1,\"command\":\"pull\",\"exit_code\":2,\"error\":{\"code\":\"usage\"")
                .endsWith("}\n");
        assertThat(outcome.stderr()).isEmpty();
    }

    @Test
    void the_log_file_tells_how_a_run_ended() throws IOException {
        Path log = directory.resolve("offsync.log");
        Outcome outcome = JarProcess.offsync("conflicts", "resolve", "1", "--log-file", log.toString())
                .run();
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(Files.readString(log)).contains("ERROR run: conflicts resolve ended with exit code 2 (usage)");
    }
}
