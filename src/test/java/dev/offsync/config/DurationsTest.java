package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0s,0", "90s,90", "5m,300", "12h,43200", "7d,604800", "300,300", "0,0"})
    void each_unit_is_read(String text, long seconds) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "90s", "5m", "12h", "7d", "61m", "25h"})
    void what_is_written_is_read_back(String text) {
        assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1.5h", "1w", "5 m", "1h30m", "99999999999", "٣s"})
    void anything_else_is_refused(String text) {
        assertThatExceptionOfType(OffsyncException.class)
                .isThrownBy(() -> Durations.parse(text))
                .satisfies(e -> {
                    assertThat(e.reason()).isEqualTo(Reason.CONFIG);
                    assertThat(e.hint()).contains("90s");
                });
    }
}
