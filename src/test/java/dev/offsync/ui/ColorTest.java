package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ColorTest {
    @Test
    void a_terminal_is_coloured_and_a_pipe_is_not() {
        assertThat(Color.AUTO.on(console(Map.of()), true)).isTrue();
        assertThat(Color.AUTO.on(console(Map.of()), false)).isFalse();
    }

    @Test
    void wishes_in_the_environment_are_honoured() {
        assertThat(Color.AUTO.on(console(Map.of("NO_COLOR", "1")), true)).isFalse();
        assertThat(Color.AUTO.on(console(Map.of("NO_COLOR", "")), true)).isTrue();
        assertThat(Color.AUTO.on(console(Map.of("CLICOLOR", "0")), true)).isFalse();
        assertThat(Color.AUTO.on(console(Map.of("CLICOLOR_FORCE", "1")), false)).isTrue();
        assertThat(Color.AUTO.on(console(Map.of("TERM", "dumb")), true)).isFalse();
    }

    @Test
    void an_option_beats_the_environment() {
        assertThat(Color.ALWAYS.on(console(Map.of("NO_COLOR", "1")), false)).isTrue();
        assertThat(Color.NEVER.on(console(Map.of("CLICOLOR_FORCE", "1")), true)).isFalse();
    }

    private static Console console(Map<String, String> environment) {
        return CapturedConsole.terminal(environment).console();
    }
}
