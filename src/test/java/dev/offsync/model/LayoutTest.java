package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

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
}
