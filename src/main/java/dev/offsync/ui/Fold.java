package dev.offsync.ui;

import java.util.ArrayList;
import java.util.List;

/** Long text broken into lines, so that a narrow place loses none of it. */
final class Fold {
    private Fold() {}

    /** Breaks {@code text} at spaces where it can, else anywhere, into lines of at most {@code width} columns. */
    static List<String> lines(String text, int width) {
        var lines = new ArrayList<String>();
        int from = 0;
        int end = fitting(text, from, width);
        while (end < text.length()) {
            int space = lastSpace(text, from, end);
            int cut = space > from ? space : end;
            lines.add(text.substring(from, cut));
            from = space > from ? cut + 1 : cut;
            end = fitting(text, from, width);
        }
        lines.add(text.substring(from));
        return lines;
    }

    /** The last space in the line, or {@code from}; the rest of a long text is not searched. */
    private static int lastSpace(String text, int from, int end) {
        int at = end;
        while (at > from && text.charAt(at) != ' ') {
            at--;
        }
        return at;
    }

    /** Where the part of {@code text} ends that begins at {@code from} and fits into {@code width} columns. */
    private static int fitting(String text, int from, int width) {
        int used = 0;
        int index = from;
        while (index < text.length()) {
            int point = text.codePointAt(index);
            used += Printable.width(point);
            if (used > width && index > from) {
                return index;
            }
            index += Character.charCount(point);
        }
        return index;
    }
}
