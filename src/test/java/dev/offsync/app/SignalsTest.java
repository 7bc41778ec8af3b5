package dev.offsync.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
    @Test
    void termination_is_143_and_one_json_document() throws IOException, InterruptedException {
        Process process = pushing("--json");
        signal("TERM", process);
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(text(process))
                .isEqualTo("{\"schema_version\":1,\"command\":\"push\",\"exit_code\":143,\"error\":{"
                        + "\"code\":\"interrupted\",\"message\":\"interrupted\","
                        + "\"hint\":\"nothing is lost; the next run goes on from here\"}}\n");
    }

    @Test
    void an_interrupt_is_130_and_a_clean_line() throws IOException, InterruptedException {
        Process process = pushing();
        signal("INT", process);
        assertThat(process.waitFor()).isEqualTo(130);
        assertThat(text(process)).isEmpty();
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("offsync: interrupted\nhint: nothing is lost; the next run goes on from here\n");
    }

    /** A push in a process of its own, as far as its verb. */
    private static Process pushing(String... options) throws IOException {
        // Whoever started this build may ignore SIGINT (nohup, a job in the background), and children inherit that.
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WaitingProgram.class.getName(),
                "push"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command).start();
        var ready = new byte["ready\n".length()];
        process.getErrorStream().readNBytes(ready, 0, ready.length);
        assertThat(new String(ready, StandardCharsets.UTF_8)).isEqualTo("ready\n");
        return process;
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    private static String text(Process process) throws IOException {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
