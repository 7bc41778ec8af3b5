package dev.offsync.ui;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One open conflict as the prompt shows it: what a decision needs on one screen, or all there is. */
record ConflictScreen(OpenQuestion question, Style style, int width, Instant now) {
    /** What is left of a long value in the short form. */
    private static final int SHORT = 200;

    private static final int LABEL = 8;

    /** Other rows that are named in the short form. */
    private static final int RELATED = 5;

    /** @param place such as "2 of 5" */
    List<String> summary(String place, Map<String, @Nullable String> set) {
        ConflictEntry entry = question.conflict();
        var lines = new ArrayList<String>();
        lines.add("");
        paragraph(place + ": " + entry.table() + " key " + entry.recordId() + ", " + entry.type())
                .forEach(line -> lines.add(style.warning(line)));
        lines.addAll(paragraph("changed here " + age(entry.localChangedAt(), entry.remoteChangedAt()) + ", on the hub "
                + age(entry.remoteChangedAt(), entry.localChangedAt()) + stranger(entry)));
        entry.related().stream()
                .limit(RELATED)
                .forEach(row -> lines.addAll(paragraph(
                        row.table() + (row.recordId() == null ? "" : " key " + row.recordId()) + " " + row.role())));
        if (entry.related().size() > RELATED) {
            lines.add("and " + (entry.related().size() - RELATED) + " more rows");
        }
        lines.add("");
        lines.addAll(sides(entry, set).lines(style, width));
        if (!question.contested().isEmpty()
                && question.contested().size() < differing(entry).size()) {
            lines.add("* changed on both sides");
        }
        return lines;
    }

    /** Every column of the three rows in full. */
    List<String> everything() {
        ConflictEntry entry = question.conflict();
        var lines = new ArrayList<String>();
        var columns = new LinkedHashSet<String>();
        for (Row row : new Row[] {entry.local(), entry.remote(), entry.base()}) {
            if (row != null) {
                columns.addAll(row.columns());
            }
        }
        for (String column : columns) {
            lines.add(style.heading(Printable.of(column)));
            lines.addAll(labelled("base", ConflictDetailText.cell(entry.base(), column, "(unknown)")));
            lines.addAll(labelled("local", ConflictDetailText.cell(entry.local(), column, "(deleted)")));
            lines.addAll(labelled("remote", ConflictDetailText.cell(entry.remote(), column, "(deleted)")));
        }
        for (RelatedRow related : entry.related()) {
            Row content = related.row();
            if (content != null && !content.equals(entry.remote())) {
                lines.add(style.heading(Printable.of(related.table() + " key " + related.recordId())));
                content.columns()
                        .forEach(
                                column -> lines.addAll(labelled(column, ConflictDetailText.cell(content, column, ""))));
            }
        }
        return lines;
    }

    /** Folded lines of offsync's own words with a name or key among them. */
    List<String> paragraph(String words) {
        return Fold.lines(Printable.of(words), width);
    }

    private List<String> labelled(String label, String value) {
        var lines = new ArrayList<String>();
        String start = String.format("  %-" + LABEL + "s", Printable.of(label) + " ");
        String indent = " ".repeat(Printable.width(start));
        for (String part : Fold.lines(Printable.of(value), Math.max(1, width - indent.length()))) {
            lines.add((Printable.isRightToLeft(part) ? start + Printable.LEFT_TO_RIGHT : start) + part);
            start = indent;
        }
        return lines;
    }

    private String age(@Nullable Instant at, @Nullable Instant other) {
        boolean newer = at != null && other != null && at.isAfter(other);
        return (at == null ? "at an unknown time" : Words.age(at, now)) + (newer ? " (newer)" : "");
    }

    private static String stranger(ConflictEntry entry) {
        return ConflictType.of(entry.type()) == ConflictType.UNIQUE_VIOLATION
                ? "; remote is another row, which holds the same unique value"
                : "";
    }

    private Table sides(ConflictEntry entry, Map<String, @Nullable String> set) {
        boolean localNewer = newer(entry.localChangedAt(), entry.remoteChangedAt());
        boolean remoteNewer = newer(entry.remoteChangedAt(), entry.localChangedAt());
        var headings = new ArrayList<>(List.of(
                "COLUMN", "BASE", localNewer ? "LOCAL (newer)" : "LOCAL", remoteNewer ? "REMOTE (newer)" : "REMOTE"));
        if (!set.isEmpty()) {
            headings.add("EDITED");
        }
        var table = new Table(headings.toArray(new String[0]));
        Set<String> columns = differing(entry);
        columns.addAll(set.keySet());
        for (String column : columns) {
            var cells = new ArrayList<String>();
            boolean marked = question.contested().contains(column)
                    && question.contested().size() < columns.size();
            cells.add((marked ? "* " : "") + column);
            cells.add(brief(ConflictDetailText.cell(entry.base(), column, "(unknown)")));
            cells.add(brief(ConflictDetailText.cell(entry.local(), column, "(deleted)")));
            cells.add(brief(ConflictDetailText.cell(entry.remote(), column, "(deleted)")));
            if (!set.isEmpty()) {
                cells.add(set.containsKey(column) ? brief(ConflictText.cell(set.get(column))) : "");
            }
            table.row(cells.toArray());
        }
        return table;
    }

    private static Set<String> differing(ConflictEntry entry) {
        return ConflictDetailText.differing(entry.base(), entry.local(), entry.remote());
    }

    private static boolean newer(@Nullable Instant at, @Nullable Instant other) {
        return at != null && other != null && at.isAfter(other);
    }

    /** The value's beginning, never half a character of it. */
    static String brief(String value) {
        if (value.length() <= SHORT) {
            return value;
        }
        int end = Character.isHighSurrogate(value.charAt(SHORT - 1)) ? SHORT - 1 : SHORT;
        return value.substring(0, end) + "… (" + value.length() + " characters, d shows all)";
    }
}
