package dev.offsync.hub;

import dev.offsync.model.Reference;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.KeySql;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which rows belong on a device. A table's condition extends along foreign keys: a child whose parent is outside is
 * outside, too. So a child can enter or leave without having changed itself, when a row that it references did. A foreign
 * key that leads back into its own chain is not followed.
 */
public final class Filters {
    private final List<SyncedTable> tables;
    private final List<Reference> references;

    public Filters(List<SyncedTable> tables, List<Reference> references) {
        this.tables = tables;
        this.references = references;
    }

    /** Whether some rows of the table may be outside. */
    boolean restricts(SyncedTable table) {
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
