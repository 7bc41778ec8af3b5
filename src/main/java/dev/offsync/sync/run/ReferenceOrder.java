package dev.offsync.sync.run;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
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
        var references = new HashMap<TableName, List<TableName>>();
        for (T item : items) {
            TableName name = tableOf.apply(item).name();
            references.put(
                    name,
                    new Catalog(session.database())
                            .table(name)
                            .map(TableDefinition::references)
                            .orElse(List.of()));
        }
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
        if (!references.containsKey(table) || !visited.add(table)) {
            return;
        }
        for (TableName parent : references.getOrDefault(table, List.of())) {
            visit(parent, references, visited, order);
        }
        order.add(table);
    }
}
