package dev.offsync.hub;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.Reference;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.KeySql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which rows belong on a device. A table's condition extends along foreign keys: a child whose parent is outside is
 * outside, too. So a child can enter or leave without having changed itself, when a row that it references did. A table
 * that references itself is followed up to the last row; a foreign key that leads back by way of other tables is not.
 */
public final class Filters {
    private final List<SyncedTable> tables;
    private final List<Reference> references;

    public Filters(List<SyncedTable> tables, List<Reference> references) {
        this.tables = tables;
        this.references = references;
    }

    /** Whether some rows of the table may be outside. */
    public boolean restricts(SyncedTable table) {
        return restricts(table, List.of());
    }

    private boolean restricts(SyncedTable table, List<SyncedTable> chain) {
        return table.condition() != null || !restrictingParents(table, chain).isEmpty();
    }

    /** A condition over the business row called {@code row}: whether it belongs on the device. */
    String inside(SyncedTable table, String row) {
        return inside(table, row, List.of());
    }

    private String inside(SyncedTable table, String row, List<SyncedTable> chain) {
        var conditions = new ArrayList<String>();
        if (restricts(table, chain) && !toItself(table).isEmpty()) {
            String above = "s" + (chain.size() + 1);
            conditions.add(
                    "NOT EXISTS (" + above(table, row, chain) + " WHERE NOT (" + ownInside(table, above, chain) + "))");
        }
        conditions.add(ownInside(table, row, chain));
        return String.join(" AND ", conditions);
    }

    /** Of the rows that the row called {@code row} references in its own table, near and far, called s1 and so on. */
    private String above(SyncedTable table, String row, List<SyncedTable> chain) {
        int depth = chain.size() + 1;
        var key = new KeySql(table.key());
        Stream<String> referencing = toItself(table).stream().flatMap(reference -> reference.childColumns().stream());
        List<String> columns = Stream.concat(table.key().stream().map(KeyColumn::name), referencing)
                .distinct()
                .map(TableName::quote)
                .toList();
        String selected = columns.stream().map(column -> "a." + column).collect(Collectors.joining(", "));
        String from = " FROM " + table.name().sql() + " AS a";
        return "WITH RECURSIVE above AS (SELECT " + selected + from + " WHERE " + references(table, "a", row)
                + " UNION SELECT " + selected + from + " JOIN above ON " + references(table, "a", "above")
                + ") SELECT FROM"
                + " above JOIN " + table.name().sql() + " AS s" + depth + " ON " + key.sameRow("s" + depth, "above");
    }

    private String references(SyncedTable table, String parent, String child) {
        return toItself(table).stream()
                .map(reference -> reference.joins(parent, child))
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    private List<Reference> toItself(SyncedTable table) {
        return references.stream()
                .filter(reference -> reference.child().equals(table.name())
                        && reference.parent().equals(table.name()))
                .toList();
    }

    /** As {@link #inside(SyncedTable, String)}, the rows of its own table that it references left alone. */
    private String ownInside(SyncedTable table, String row, List<SyncedTable> chain) {
        var conditions = new ArrayList<String>();
        if (table.condition() != null) {
            // The columns stand unqualified in a scope of their own, so that no name outside can be meant.
            conditions.add("coalesce((SELECT (" + table.condition() + ") FROM (SELECT " + row + ".*) AS own), false)");
        }
        for (Link link : restrictingParents(table, chain)) {
            String parent = "p" + (chain.size() + 1);
            conditions.add("(" + link.reference().isNull(row) + " OR EXISTS (SELECT FROM "
                    + link.parent().name().sql() + " AS " + parent + " WHERE "
                    + link.reference().joins(parent, row) + " AND "
                    + inside(link.parent(), parent, with(chain, table)) + "))");
        }
        return conditions.isEmpty() ? "true" : String.join(" AND ", conditions);
    }

    /**
     * A condition over the business row called {@code row}: whether a row that decides about it changed.
     *
     * @param changed the condition by which a sidecar row called r counts as changed
     */
    String reached(SyncedTable table, String row, String changed) {
        return reached(table, row, changed, List.of());
    }

    private String reached(SyncedTable table, String row, String changed, List<SyncedTable> chain) {
        String fromParents = reachedFromParents(table, row, changed, chain);
        if (!restricts(table, chain) || toItself(table).isEmpty()) {
            return fromParents;
        }
        String above = "s" + (chain.size() + 1);
        return fromParents + " OR EXISTS (" + above(table, row, chain) + " JOIN offsync.row_" + table.hubTable()
                + " AS r ON "
                + new KeySql(table.key()).sameAsRow(above, "r") + " WHERE " + changed + " OR "
                + reachedFromParents(table, above, changed, chain) + ")";
    }

    private String reachedFromParents(SyncedTable table, String row, String changed, List<SyncedTable> chain) {
        return restrictingParents(table, chain).stream()
                .map(link -> {
                    String parent = "p" + (chain.size() + 1);
                    return "EXISTS (SELECT FROM " + link.parent().name().sql() + " AS " + parent
                            + " JOIN offsync.row_" + link.parent().hubTable() + " AS r ON "
                            + new KeySql(link.parent().key()).sameAsRow(parent, "r") + " WHERE "
                            + link.reference().joins(parent, row) + " AND (" + changed + " OR "
                            + reached(link.parent(), parent, changed, with(chain, table)) + "))";
                })
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(" OR "), condition -> condition.isEmpty() ? "false" : condition));
    }

    private record Link(Reference reference, SyncedTable parent) {}

    private List<Link> restrictingParents(SyncedTable table, List<SyncedTable> chain) {
        List<SyncedTable> longer = with(chain, table);
        return references.stream()
                .filter(reference -> reference.child().equals(table.name()))
                .flatMap(reference -> tables.stream()
                        .filter(parent -> parent.name().equals(reference.parent()) && parent.hubTable() != null)
                        .filter(parent -> !longer.contains(parent) && restricts(parent, longer))
                        .map(parent -> new Link(reference, parent)))
                .toList();
    }

    private static List<SyncedTable> with(List<SyncedTable> chain, SyncedTable table) {
        var longer = new ArrayList<>(chain);
        longer.add(table);
        return longer;
    }
}
