package dev.offsync.ui;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void columns_are_aligned_and_numbers_stand_to_the_right() {
        var table = new Table("NAME", ">ROWS").row("a", 1).row("日本語", 12345);
        assertThat(table.lines(Style.PLAIN)).containsExactly("NAME     ROWS", "a           1", "日本語  12345");
    }

    @Test
    void a_long_value_is_folded_and_loses_nothing() {
        String value = "x".repeat(200);
        var lines =
                new Table("ID", "VALUE", "TYPE").row(1, value, "update_update").lines(Style.PLAIN);
        assertThat(lines).allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
        assertThat(String.join("", lines)
                        .chars()
                        .filter(letter -> letter == 'x')
                        .count())
                .isEqualTo(200);
    }

    @Test
    void words_are_broken_at_blanks_where_that_is_possible() {
        assertThat(Fold.lines("one two three", 8)).containsExactly("one two", "three");
        assertThat(Fold.lines("abcdefghij", 4)).containsExactly("abcd", "efgh", "ij");
    }

    @Test
    void a_letter_wider_than_its_column_is_shown_all_the_same() {
        assertThat(Fold.lines("日本", 1)).containsExactly("日", "本");
    }

    @Test
    void headings_alone_are_coloured() {
        var lines = new Table("A").row("b\u001b").lines(new Style(true));
        assertThat(lines).containsExactly("\u001b[1mA\u001b[0m", "b\\u001b");
    }
}
