package dev.offsync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JarProcessTest {
    @TempDir
    static Path directory;

    private static Path jar;

    /** What runs in the jar: repeats what it is given, then exits with 3, or waits to be killed. */
    static final class Echo {
        public static void main(String[] arguments) throws IOException, InterruptedException {
            String stdin = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(String.join(" ", arguments) + " " + stdin + " " + System.getenv("OFFSYNC_REMOTE"));
            System.err.println("heap " + Runtime.getRuntime().maxMemory() / (1 << 20));
            if (arguments[0].equals("wait")) {
                new CountDownLatch(1).await();
            }
            System.exit(3);
        }
    }

    @BeforeAll
    static void pack() throws IOException {
        jar = directory.resolve("echo.jar");
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Echo.class.getName());
        String entry = Echo.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var bytes = Echo.class.getClassLoader().getResourceAsStream(entry)) {
            out.putNextEntry(new JarEntry(entry));
            bytes.transferTo(out);
        }
    }

    @Test
    void a_run_has_arguments_environment_and_stdin_and_gives_back_both_streams_and_the_exit_code() {
        var outcome = JarProcess.of(jar, "push", "--json")
                .env("OFFSYNC_REMOTE", "hub")
                .stdin("héllo")
                .jvm("-Xmx64m")
                .run();
        assertThat(outcome).isEqualTo(new JarProcess.Outcome(3, "push --json héllo hub\n", "heap 64\n"));
    }

    @Test
    void variables_of_this_machine_do_not_reach_the_run() {
        assertThat(JarProcess.of(jar, "push").run().stdout()).isEqualTo("push  null\n");
    }

    @Test
    void a_killed_run_ends_with_137() {
        try (var running = JarProcess.of(jar, "wait").start()) {
            running.awaitStderr("heap", Duration.ofSeconds(30));
            running.kill();
            assertThat(running.await(Duration.ofSeconds(30)).exitCode()).isEqualTo(137);
        }
    }

    @Test
    void a_run_that_takes_too_long_is_an_error() {
        assertThatThrownBy(() -> JarProcess.of(jar, "wait").run(Duration.ofMillis(500)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("still running after PT0.5S");
    }
}
