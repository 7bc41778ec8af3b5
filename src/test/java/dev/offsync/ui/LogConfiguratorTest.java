package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import dev.offsync.model.RunId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogConfiguratorTest {
    @TempDir
    private Path directory;

    @Test
    void a_log_file_gets_information_as_text() throws IOException {
        String log = logged(LogSettings.Format.TEXT);
        assertThat(log)
                .matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z " + RunId.CURRENT
                        + " INFO  Push: 12 rows\n");
    }

    @Test
    void a_log_file_gets_a_json_object_a_line() throws IOException {
        String log = logged(LogSettings.Format.JSON);
        assertThat(log)
                .startsWith("{\"time\":\"20")
                .endsWith("\"run\":\"" + RunId.CURRENT
                        + "\",\"level\":\"info\",\"logger\":\"dev.offsync.sync.Push\",\"message\":\"12 rows\"}\n");
    }

    @Test
    void the_end_of_a_run_is_in_the_file() throws IOException {
        Path file = directory.resolve("runs.log");
        var context = configured(file, LogSettings.Format.TEXT);
        context.getLogger(RunLog.LOGGER).info("push ended with exit code 0");
        context.stop();
        assertThat(Files.readString(file)).contains("push ended with exit code 0");
    }

    @Test
    void a_file_that_has_grown_is_rotated_even_by_a_run_of_one_line() throws IOException {
        Path file = directory.resolve("offsync.log");
        for (int run = 1; run <= 7; run++) {
            Files.write(file, new byte[11 * 1024 * 1024]);
            var context = configured(file, LogSettings.Format.TEXT);
            context.getLogger("offsync").info("run {}", run);
            context.stop();
            assertThat(Files.size(file)).isLessThan(1000);
        }
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "offsync.log",
                            "offsync.log.1",
                            "offsync.log.2",
                            "offsync.log.3",
                            "offsync.log.4",
                            "offsync.log.5");
        }
    }

    private String logged(LogSettings.Format format) throws IOException {
        Path file = directory.resolve("offsync.log");
        var context = configured(file, format);
        context.getLogger("dev.offsync.sync.Push").info("{} rows", 12);
        context.getLogger("dev.offsync.sync.Push").debug("not at this level");
        context.stop();
        return Files.readString(file);
    }

    private static LoggerContext configured(Path file, LogSettings.Format format) {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        var configurator = new LogConfigurator(new LogSettings(-1, file, format));
        configurator.setContext(context);
        configurator.configure(context);
        return context;
    }
}
