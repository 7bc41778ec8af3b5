package dev.offsync.sync.run;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Puts tables in the order of their foreign keys. Within a cycle the order is arbitrary but stable. */
public final class ReferenceOrder {
    private final LocalSession session;

    public ReferenceOrder(LocalSession session) {
        this.session = session;
    }

    /** {@code items} such that a table comes after those it references. */
    public <T> List<T> parentsFirst(List<T> items, Function<T, SyncedTable> tableOf) throws SQLException {
        if (items.size() < 2) {
            return items;
        }
        List<TableName> names =
                items.stream().map(item -> tableOf.apply(item).name()).toList();
        Map<TableName, List<TableName>> references = new Catalog(session.database()).references(names);
        var order = new ArrayList<TableName>();
        var visited = new HashSet<TableName>();
        for (T item : items) {
            visit(tableOf.apply(item).name(), references, visited, order);
        }
        var sorted = new ArrayList<>(items);
        sorted.sort((a, b) -> Integer.compare(
                order.indexOf(tableOf.apply(a).name()),
                order.indexOf(tableOf.apply(b).name())));
        return sorted;
    }

    private static void visit(
            TableName table,
            Map<TableName, List<TableName>> references,
            Set<TableName> visited,
            List<TableName> order) {
        if (!visited.add(table)) {
            return;
        }
        for (TableName parent : references.getOrDefault(table, List.of())) {
            visit(parent, references, visited, order);
        }
        order.add(table);
    }
}
