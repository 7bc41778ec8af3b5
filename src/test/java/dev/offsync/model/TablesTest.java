package dev.offsync.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.model.TableDefinition.Column;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What records about tables say of themselves. */
class TablesTest {
    private static final TableName ITEMS = new TableName("public", "items");

    @Test
    void rows_go_the_ways_of_the_tables_direction() {
        assertThat(List.of(Direction.values())).allSatisfy(direction -> {
            SyncedTable table = synced(direction, false);
            assertThat(table.pushes()).isEqualTo(direction != Direction.PULL);
            assertThat(table.pulls()).isEqualTo(direction != Direction.PUSH);
        });
    }

    @Test
    void offsyncs_own_columns_do_not_travel() {
        assertThat(synced(Direction.BOTH, true).sentColumns()).containsExactly("id", "name");
        assertThat(synced(Direction.BOTH, false).sentColumns()).containsExactly("id", "version", "name");
    }

    @Test
    void a_sidecar_is_named_by_the_tables_number() {
        assertThat(synced(Direction.BOTH, false).sidecar()).isEqualTo("offsync.row_7");
    }

    @Test
    void a_column_is_found_by_its_name() {
        var id = new Column("id", "integer", true, "", "");
        var name = new Column("name", "text", false, "", "");
        var table = new TableDefinition(
                ITEMS, 1, false, false, false, List.of(), List.of(id, name), List.of(), List.of(), List.of());
        assertThat(table.columnNames()).containsExactly("id", "name");
        assertThat(table.column("name")).isEqualTo(name);
        assertThat(table.column("price")).isNull();
    }

    @Test
    void a_reference_compares_each_column_with_its_own_operator() {
        var reference = new Reference(
                "fk",
                new TableName("public", "child"),
                List.of("a", "b\"x"),
                ITEMS,
                List.of("p", "q"),
                List.of("=", "OPERATOR(x.=)"));
        assertThat(reference.joins("p", "c")).isEqualTo("p.\"p\" = c.\"a\" AND p.\"q\" OPERATOR(x.=) c.\"b\"\"x\"");
        assertThat(reference.isNull("c")).isEqualTo("(c.\"a\" IS NULL OR c.\"b\"\"x\" IS NULL)");
    }

    private static SyncedTable synced(Direction direction, boolean syncColumns) {
        List<String> columns = List.of("id", "version", "name");
        return new SyncedTable(7, 3, ITEMS, direction, 0, List.of(), 1, columns, syncColumns, null);
    }
}
