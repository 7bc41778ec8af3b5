package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offsync.error.OffsyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaxDeleteTest {
    @Test
    void a_share_never_stops_a_hundred_rows() {
        MaxDelete half = MaxDelete.parse("50%");
        assertThat(half.allowed(10)).isEqualTo(100);
        assertThat(half.allowed(1_000)).isEqualTo(500);
        assertThat(MaxDelete.parse("0 %").allowed(1_000)).isEqualTo(100);
    }

    @Test
    void a_number_is_a_number_of_rows() {
        assertThat(MaxDelete.parse("20").allowed(1_000)).isEqualTo(20);
        assertThat(MaxDelete.parse("20")).hasToString("20");
        assertThat(MaxDelete.parse("20%")).hasToString("20%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%", "101%", "-1", "half"})
    void anything_else_is_refused(String text) {
        assertThatExceptionOfType(OffsyncException.class).isThrownBy(() -> MaxDelete.parse(text));
    }
}
