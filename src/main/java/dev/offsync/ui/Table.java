package dev.offsync.ui;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligned columns under a heading; cells too wide for the line are folded, not cut. */
final class Table {
    static final int LINE = 80;
    private static final String GAP = "  ";

    private final List<String> headings;
    private final boolean[] rightAligned;
    private final List<List<String>> rows = new ArrayList<>();

    /** @param headings one a column; a leading {@code >} aligns the column to the right, as numbers want it */
    Table(String... headings) {
        this.headings = Arrays.stream(headings)
                .map(heading -> heading.startsWith(">") ? heading.substring(1) : heading)
                .toList();
        this.rightAligned = new boolean[headings.length];
        for (int i = 0; i < headings.length; i++) {
            rightAligned[i] = headings[i].startsWith(">");
        }
    }

    /** Adds a row; what is not fit for a terminal is escaped here. */
    Table row(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> Printable.of(String.valueOf(cell)))
                .toList());
        return this;
    }

    /** The lines for a page, without newlines and without blanks at their ends. */
    List<String> lines(Style style) {
        return lines(style, LINE);
    }

    /** The lines for a terminal of {@code width} columns. */
    List<String> lines(Style style, int width) {
        int[] widths = widths(width);
        var lines = new ArrayList<String>();
        for (String line : format(headings, widths)) {
            lines.add(style.heading(line));
        }
        rows.forEach(row -> lines.addAll(format(row, widths)));
        return lines;
    }

    private int[] widths(int width) {
        var widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = Printable.width(headings.get(column));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], Printable.width(row.get(column)));
            }
        }
        int room = Math.max(widths.length, width - GAP.length() * (widths.length - 1));
        int excess = Arrays.stream(widths).sum() - room;
        for (; excess > 0; excess--) {
            widths[widest(widths)]--;
        }
        return widths;
    }

    private static int widest(int[] widths) {
        int widest = 0;
        for (int column = 1; column < widths.length; column++) {
            if (widths[column] > widths[widest]) {
                widest = column;
            }
        }
        return widest;
    }

    private List<String> format(List<String> cells, int[] widths) {
        var folded = new ArrayList<List<String>>();
        int height = 1;
        for (int column = 0; column < widths.length; column++) {
            List<String> lines = Fold.lines(cells.get(column), widths[column]);
            folded.add(lines);
            height = Math.max(height, lines.size());
        }
        var lines = new ArrayList<String>(height);
        for (int i = 0; i < height; i++) {
            lines.add(line(folded, i, widths));
        }
        return lines;
    }

    private String line(List<List<String>> folded, int number, int[] widths) {
        var line = new StringBuilder();
        boolean isolated =
                folded.stream().anyMatch(cell -> number < cell.size() && Printable.isRightToLeft(cell.get(number)));
        for (int column = 0; column < widths.length; column++) {
            List<String> cell = folded.get(column);
            String text = number < cell.size() ? cell.get(number) : "";
            String padding = " ".repeat(Math.max(0, widths[column] - Printable.width(text)));
            line.append(isolated ? Printable.LEFT_TO_RIGHT : "").append(column == 0 ? "" : GAP);
            line.append(rightAligned[column] ? padding + text : text + padding);
        }
        return line.toString().stripTrailing();
    }
}
