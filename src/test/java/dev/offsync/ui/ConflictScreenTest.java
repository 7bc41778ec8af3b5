package dev.offsync.ui;

import static dev.offsync.ui.Questions.row;
import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.OpenQuestion;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the prompt draws of a conflict, at 80 columns and elsewhere. */
class ConflictScreenTest {
    private static final String EVIL = "\u001b[31mred\u001b]0;title\u0007\r\n\u202eevil";

    private static List<String> summary(OpenQuestion question, int width) {
        return new ConflictScreen(question, Style.PLAIN, width, Samples.NOW).summary("1 of 1", Map.of());
    }

    @Test
    void the_columns_that_differ_stand_side_by_side_and_the_newer_is_marked() {
        assertThat(String.join("\n", summary(Questions.prices(17), 80))).isEqualTo("""

                        1 of 1: products key 17, update_update
                        changed here 2m ago (newer), on the hub 2h ago

                        COLUMN   BASE  LOCAL (newer)  REMOTE
                        name     Tea   Green tea      Tea
                        * price  1     2              3
                        * changed on both sides""");
    }

    @Test
    void what_was_edited_has_a_column_of_its_own() {
        var screen = new ConflictScreen(Questions.prices(17), Style.PLAIN, 80, Samples.NOW);
        assertThat(screen.summary("1 of 1", Map.of("price", "9")))
                .contains("COLUMN   BASE  LOCAL (newer)  REMOTE  EDITED", "* price  1     2              3       9");
    }

    @Test
    void a_deleted_row_and_an_unknown_base_say_so() {
        var question = Questions.of(17, "update_delete", null, row("id", "17", "name", "Tea"), null);
        assertThat(summary(question, 80)).contains("name    (unknown)  Tea            (deleted)");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 80, 200})
    void every_line_fits_the_terminal_and_nothing_in_a_value_is_obeyed(int width) {
        var question = Questions.of(
                17,
                "update_update",
                row("id", "17", "name", "שלום עולם ".repeat(30), "price", "漢字".repeat(80)),
                row("id", "17", "name", EVIL.repeat(5), "price", "👩‍👩‍👧 \u0301\u0301".repeat(60)),
                row("id", "17", "name", "مرحبا", "price", "x".repeat(5000)),
                "name",
                "price");
        var screen = new ConflictScreen(question, Style.PLAIN, width, Samples.NOW);
        for (List<String> lines : List.of(screen.summary("1 of 1", Map.of()), screen.everything())) {
            assertThat(lines).allSatisfy(line -> {
                assertThat(Printable.width(line)).isLessThanOrEqualTo(width);
                assertThat(line).doesNotContain("\u001b", "\u0007", "\r", "\n", "\u202e");
            });
        }
    }

    @Test
    void cells_with_hebrew_or_arabic_cannot_change_places() {
        var question = Questions.of(
                17,
                "update_update",
                row("id", "17", "name", "אחת"),
                row("id", "17", "name", "שתיים"),
                row("id", "17", "name", "שלוש"));
        String mark = Printable.LEFT_TO_RIGHT;
        assertThat(summary(question, 80)).anySatisfy(line -> assertThat(line)
                .startsWith(mark + "name")
                .matches(".*אחת *" + mark + " *שתיים *" + mark + " *שלוש.*"));
    }

    @Test
    void a_long_value_is_cut_in_short_and_whole_in_full() {
        String value = "word ".repeat(2000).strip();
        var question = Questions.of(
                17, "update_update", row("id", "17", "a", "x"), row("id", "17", "a", value), row("id", "17", "a", "y"));
        assertThat(summary(question, 80)).hasSizeLessThan(20);
        assertThat(String.join(" ", summary(question, 80))).contains("9999");
        String full = String.join(
                " ",
                new ConflictScreen(question, Style.PLAIN, 80, Samples.NOW)
                        .everything().stream().map(String::strip).toList());
        assertThat(full).contains(value);
    }

    @Test
    void a_value_of_a_megabyte_is_drawn_at_once() {
        var question = Questions.of(
                17,
                "update_update",
                row("id", "17", "a", "x"),
                row("id", "17", "a", "y".repeat(1_000_000)),
                row("id", "17", "a", "z"));
        long start = System.nanoTime();
        assertThat(new ConflictScreen(question, Style.PLAIN, 80, Samples.NOW).everything())
                .hasSizeGreaterThan(10_000);
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
    }

    @Test
    void colour_is_for_offsyncs_own_words() {
        var question = Questions.of(
                17, "update_update", row("id", "17", "a", "x"), row("id", "17", "a", "y"), row("id", "17", "a", "z"));
        List<String> lines = new ConflictScreen(question, new Style(true), 80, Samples.NOW).summary("1 of 1", Map.of());
        assertThat(lines.get(1)).startsWith("\u001b[33m").endsWith("\u001b[0m");
        assertThat(lines).filteredOn(line -> line.startsWith("a ")).allSatisfy(line -> assertThat(line)
                .doesNotContain("\u001b"));
    }
}
