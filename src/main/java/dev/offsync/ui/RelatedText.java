package dev.offsync.ui;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The other rows that a conflict is about: those that hold a unique value, parents that are gone, children. */
final class RelatedText {
    /** Rows that fit beside the local one in 80 columns. */
    private static final int BESIDE = 3;

    private static final int MOST = 20;

    private RelatedText() {}

    /** Whether the conflict is with rows that hold unique values, rather than with another state of the same row. */
    static boolean areHolders(ConflictEntry entry) {
        return entry.type().equals(ConflictType.UNIQUE_VIOLATION.word())
                && entry.related().stream().anyMatch(row -> row.row() != null);
    }

    /** The local row beside those that hold its values; the columns in which they collide are marked. */
    static Table sides(ConflictEntry entry) {
        Map<String, Row> holders = holders(entry);
        Set<String> colliding =
                entry.related().stream().flatMap(row -> row.columns().stream()).collect(Collectors.toSet());
        boolean settled = entry.resolved() && entry.resolvedData() != null;
        var headings = new ArrayList<String>(List.of("COLUMN"));
        if (entry.base() != null) {
            headings.add("BASE");
        }
        headings.add("LOCAL");
        holders.keySet().forEach(key -> headings.add("REMOTE " + Printable.of(key)));
        if (settled) {
            headings.add("KEPT");
        }
        var table = new Table(headings.toArray(new String[0]));
        for (String column : columns(entry, holders)) {
            var cells = new ArrayList<String>();
            cells.add((colliding.contains(column) ? "* " : "") + column);
            if (entry.base() != null) {
                cells.add(ConflictDetailText.cell(entry.base(), column, ""));
            }
            cells.add(ConflictDetailText.cell(entry.local(), column, "(deleted)"));
            holders.values().forEach(row -> cells.add(ConflictDetailText.cell(row, column, "")));
            if (settled) {
                cells.add(ConflictDetailText.cell(entry.resolvedData(), column, ""));
            }
            table.row(cells.toArray());
        }
        return table;
    }

    /** The first rows that hold a value, each once, by their key. */
    private static Map<String, Row> holders(ConflictEntry entry) {
        var holders = new LinkedHashMap<String, Row>();
        for (RelatedRow row : entry.related()) {
            if (row.row() != null && row.recordId() != null && holders.size() < BESIDE) {
                holders.putIfAbsent(row.recordId(), row.row());
            }
        }
        return holders;
    }

    private static Set<String> columns(ConflictEntry entry, Map<String, Row> holders) {
        var columns = new LinkedHashSet<String>();
        if (entry.local() != null) {
            columns.addAll(entry.local().columns());
        }
        holders.values().forEach(row -> columns.addAll(row.columns()));
        return columns;
    }

    /** Every related row with its part in the conflict, and the content of those that are not shown beside the local row. */
    static void show(Page page, ConflictEntry entry) {
        List<RelatedRow> related = entry.related();
        if (related.isEmpty()) {
            return;
        }
        var table = new Table("OTHER ROW", "KEY", "WHAT ABOUT IT", "CONSTRAINT");
        related.stream()
                .limit(MOST)
                .forEach(row -> table.row(
                        row.table(), row.recordId() == null ? "" : row.recordId(), row.role(), row.constraint()));
        page.table(table);
        if (related.size() > MOST) {
            page.line("and " + (related.size() - MOST) + " more; --json has all of them");
        }
        page.gap();
        if (!areHolders(entry)) {
            contents(related).forEach(content -> page.table(content).gap());
        }
    }

    /** The rows of each table side by side, a column for each of the first ones. */
    private static List<Table> contents(List<RelatedRow> related) {
        Map<String, List<RelatedRow>> byTable = related.stream()
                .filter(row -> row.row() != null && row.recordId() != null)
                .collect(Collectors.groupingBy(RelatedRow::table, LinkedHashMap::new, Collectors.toList()));
        var tables = new ArrayList<Table>();
        byTable.forEach((name, rows) -> {
            List<RelatedRow> first = rows.stream().limit(BESIDE).toList();
            var headings = new ArrayList<String>(List.of("COLUMN"));
            first.forEach(row -> headings.add(Printable.of(name + " " + row.recordId())));
            var table = new Table(headings.toArray(new String[0]));
            var columns = new LinkedHashSet<String>();
            first.forEach(row -> columns.addAll(content(row).columns()));
            for (String column : columns) {
                var cells = new ArrayList<String>(List.of(column));
                first.forEach(row -> cells.add(ConflictDetailText.cell(content(row), column, "")));
                table.row(cells.toArray());
            }
            tables.add(table);
        });
        return tables;
    }

    private static Row content(RelatedRow row) {
        Row content = row.row();
        return content == null ? new Row(Map.of()) : content;
    }

    /** The options that can settle a conflict of this type. */
    static String choices(ConflictEntry entry) {
        return switch (ConflictType.of(entry.type())) {
            case UNIQUE_VIOLATION -> "--use remote, or --use local --set COLUMN=VALUE";
            case FOREIGN_KEY -> "--use local|remote";
            case UPDATE_DELETE -> "--use local|remote|latest";
            case UPDATE_UPDATE, INSERT_INSERT -> "--use local|remote|latest|merge";
        };
    }
}
