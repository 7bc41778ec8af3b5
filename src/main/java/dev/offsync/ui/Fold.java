package dev.offsync.ui;

import java.util.ArrayList;
import java.util.List;

/** Long text broken into lines, so that a narrow place loses none of it. */
final class Fold {
    private Fold() {}

    /** Breaks {@code text} at spaces where it can, else anywhere, into lines of at most {@code width} columns. */
    static List<String> lines(String text, int width) {
        var lines = new ArrayList<String>();
        String rest = text;
        int fit = fitting(rest, width);
        while (fit < rest.length()) {
            int space = rest.lastIndexOf(' ', fit);
            int cut = space > 0 ? space : fit;
            lines.add(rest.substring(0, cut));
            rest = rest.substring(space > 0 ? cut + 1 : cut);
            fit = fitting(rest, width);
        }
        lines.add(rest);
        return lines;
    }

    /** The number of chars of {@code text} that fit into {@code width} columns, at least one character. */
    private static int fitting(String text, int width) {
        int used = 0;
        int index = 0;
        while (index < text.length()) {
            int point = text.codePointAt(index);
            used += Printable.width(point);
            if (used > width && index > 0) {
                return index;
            }
            index += Character.charCount(point);
        }
        return index;
    }
}
