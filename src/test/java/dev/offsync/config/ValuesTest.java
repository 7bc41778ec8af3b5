package dev.offsync.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.offsync.error.OffsyncException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @Test
    void a_number_may_be_the_least_and_the_greatest() {
        assertThat(Values.number(" 1 ", 1, 9)).isEqualTo(1);
        assertThat(Values.number("9", 1, 9)).isEqualTo(9);
        assertThatCode(() -> Values.wholeNumber(1, 9).accept("5")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "10", "", "one", "1.5"})
    void any_other_is_refused_with_what_is_allowed(String text) {
        assertThatExceptionOfType(OffsyncException.class)
                .isThrownBy(() -> Values.wholeNumber(1, 9).accept(text))
                .satisfies(e -> assertThat(e.hint()).isEqualTo("write a whole number from 1 to 9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "Yes", " on ", "1"})
    void a_switch_is_on(String text) {
        assertThat(Values.flag(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "No", "OFF", "0"})
    void a_switch_is_off(String text) {
        assertThat(Values.flag(text)).isFalse();
    }

    @Test
    void anything_else_is_no_switch() {
        assertThatExceptionOfType(OffsyncException.class).isThrownBy(() -> Values.flag("maybe"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,,b", "a, ", "till@hub"})
    void what_is_not_a_host_is_refused(String text) {
        assertThatExceptionOfType(OffsyncException.class).isThrownBy(() -> Values.hosts(text));
    }

    @Test
    void hosts_and_ports_are_lists() {
        assertThatCode(() -> Values.hosts("hub1,hub2")).doesNotThrowAnyException();
        assertThatCode(() -> Values.ports("1,65535")).doesNotThrowAnyException();
        assertThatExceptionOfType(OffsyncException.class).isThrownBy(() -> Values.ports("1,65536"));
    }
}
