package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.ui.Console;
import dev.offsync.ui.JsonOutput;
import dev.offsync.ui.Version;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswerTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void a_reader_that_went_away_is_no_failure() {
        assertThat(answer("Broken pipe").with(new Version("1"))).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void a_full_disk_under_standard_output_is() {
        assertThat(answer("No space left on device").with(new Version("1"))).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("offsync: cannot write to standard output: No space left on device\n");
    }

    private Answer answer(String complaint) {
        var out = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(complaint);
            }
        };
        var errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        var console = new Console(InputStream.nullInputStream(), out, errors, false, false, false, Map.of());
        return new Answer(console, new JsonOutput(console, false));
    }
}
