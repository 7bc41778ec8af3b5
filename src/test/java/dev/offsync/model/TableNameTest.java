package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TableNameTest {
    @Test
    void the_schema_public_is_not_shown() {
        assertThat(new TableName("public", "items").display()).isEqualTo("items");
        assertThat(new TableName("shop", "items").display()).isEqualTo("shop.items");
    }

    @Test
    void a_name_that_SQL_would_read_otherwise_is_shown_in_quotes() {
        assertThat(new TableName("public", "Items").display()).isEqualTo("\"Items\"");
        assertThat(new TableName("public", "order").display()).isEqualTo("\"order\"");
        assertThat(new TableName("my shop", "a\"b").display()).isEqualTo("\"my shop\".\"a\"\"b\"");
        assertThat(new TableName("public", "_a$1").display()).isEqualTo("_a$1");
    }

    @Test
    void in_SQL_that_runs_all_is_quoted() {
        assertThat(new TableName("public", "a\"b").sql()).isEqualTo("\"public\".\"a\"\"b\"");
    }

    @Test
    void names_are_in_the_order_of_their_schemas_then_their_own() {
        var first = new TableName("a", "z");
        var second = new TableName("b", "x");
        var third = new TableName("b", "y");
        assertThat(new TreeSet<>(List.of(third, second, first))).containsExactly(first, second, third);
    }
}
