package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
    private static final Row ROW = Row.of(List.of("id", "name", "note"), Arrays.asList("7", "lamp", null));

    @Test
    void values_are_found_by_column() {
        assertThat(ROW.get("name")).isEqualTo("lamp");
        assertThat(ROW.get("note")).isNull();
        assertThat(ROW.has("note")).isTrue();
        assertThat(ROW.has("price")).isFalse();
        assertThat(ROW.columns()).containsExactly("id", "name", "note");
    }

    @Test
    void a_value_is_replaced_in_its_place_and_added_at_the_end() {
        assertThat(ROW.with("name", "chair").with("price", "1"))
                .hasToString("Row[values={id=7, name=chair, note=null, price=1}]");
        assertThat(ROW.get("name")).isEqualTo("lamp");
    }

    @Test
    void only_some_columns_are_kept() {
        assertThat(ROW.only(List.of("note", "id", "price")))
                .isEqualTo(Row.of(List.of("id", "note"), Arrays.asList("7", null)));
    }

    @Test
    void columns_without_values_are_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Row.of(List.of("id", "name"), List.of("7")));
    }
}
