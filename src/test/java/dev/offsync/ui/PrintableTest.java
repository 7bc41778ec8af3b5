package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void escape_sequences_become_visible() {
        assertThat(Printable.of("a\u001b[2Jb\u009bc\u007f")).isEqualTo("a\\u001b[2Jb\\u009bc\\u007f");
    }

    @Test
    void line_breaks_and_tabs_stay_on_the_line() {
        assertThat(Printable.of("a\r\n\tb\u2028")).isEqualTo("a\\r\\n\\tb\\u2028");
    }

    @Test
    void bidirectional_controls_become_visible() {
        assertThat(Printable.of("a\u202eb\u2066")).isEqualTo("a\\u202eb\\u2066");
    }

    @Test
    void letters_of_every_script_stay() {
        assertThat(Printable.of("Grüße, 日本 🍵")).isEqualTo("Grüße, 日本 🍵");
    }

    @Test
    void wide_letters_take_two_columns_and_combining_marks_none() {
        assertThat(Printable.width("日本")).isEqualTo(4);
        assertThat(Printable.width("e\u0301")).isEqualTo(1);
        assertThat(Printable.width("🍵")).isEqualTo(2);
    }
}
