package dev.offsync.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
    private static final List<String> ABC = List.of("a", "b", "c");

    @Test
    void equal_columns_pass_as_they_are() {
        Layout layout = Layout.of(ABC, ABC, ABC);
        assertThat(layout.isIdentity()).isTrue();
        assertThat(layout.apply("(not,looked at")).isEqualTo("(not,looked at");
    }

    @Test
    void values_go_by_name() {
        Layout layout = Layout.of(ABC, List.of("c", "a"), ABC);
        assertThat(layout.isIdentity()).isFalse();
        assertThat(layout.apply("(1,2,\"x y\")")).isEqualTo("(\"x y\",1)");
    }

    @Test
    void a_column_that_the_source_lacks_is_null_and_not_sent() {
        Layout layout = Layout.of(List.of("a", "c"), ABC, ABC);
        assertThat(layout.sent()).containsExactly("a", "c");
        assertThat(layout.apply("(1,3)")).isEqualTo("(1,,3)");
    }

    @Test
    void a_column_that_does_not_travel_is_null_even_where_both_have_it() {
        Layout layout = Layout.of(ABC, ABC, List.of("a", "c"));
        assertThat(layout.isIdentity()).isFalse();
        assertThat(layout.sent()).containsExactly("a", "c");
        assertThat(layout.apply("(1,2,3)")).isEqualTo("(1,,3)");
    }

    @Test
    void fields_are_copied_as_they_are_quotes_and_commas_within_included() {
        Layout layout = Layout.of(ABC, List.of("c", "b", "a"), ABC);
        assertThat(layout.apply("(\"a \"\",\"\" b\",\"\",\"ü(),\\\\\")"))
                .isEqualTo("(\"ü(),\\\\\",\"\",\"a \"\",\"\" b\")");
    }

    @Test
    void a_row_may_stand_in_the_midst_of_a_line_whose_escapes_stay() {
        Layout layout = Layout.of(List.of("a", "b"), List.of("b", "new", "a"), List.of("a", "b"));
        byte[] line = "7\t(1,\"tab \\t, end \\n\")\n".getBytes(UTF_8);
        byte[] moved = new byte[layout.room(line.length)];
        int end = layout.apply(line, 2, line.length - 1, moved, 3);
        assertThat(new String(moved, 3, end - 3, UTF_8)).isEqualTo("(\"tab \\t, end \\n\",,1)");
    }

    @Test
    void a_row_takes_no_more_room_than_was_reckoned() {
        Layout layout = Layout.of(List.of("a"), ABC, List.of("a"));
        byte[] row = "(1)".getBytes(UTF_8);
        byte[] moved = new byte[layout.room(row.length)];
        int end = layout.apply(row, 0, row.length, moved, 0);
        assertThat(new String(moved, 0, end, UTF_8)).isEqualTo("(1,,)");
    }

    @Test
    void a_row_with_other_fields_than_its_columns_is_refused() {
        Layout layout = Layout.of(ABC, List.of("c"), ABC);
        assertThatThrownBy(() -> layout.apply("(1,2)")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout.apply("(1,2,3,4)")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> layout.apply("(1,2,3,4,5)")).isInstanceOf(IllegalArgumentException.class);
    }
}
