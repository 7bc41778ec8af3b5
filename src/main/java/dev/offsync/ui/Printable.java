package dev.offsync.ui;

/**
 * Text made fit for a terminal. Values come from databases and may hold anything: escape sequences that would recolour
 * or retitle the terminal, or bidirectional controls that make a line read as something else (CVE-2021-42574).
 */
final class Printable {
    /**
     * Put between the cells of a line with Hebrew or Arabic in it: a terminal that reorders text would else take two such
     * cells for one run and swap them.
     */
    static final String LEFT_TO_RIGHT = "\u200e";

    private Printable() {}

    static boolean isRightToLeft(String text) {
        return text.codePoints().anyMatch(point -> switch (Character.getDirectionality(point)) {
            case Character.DIRECTIONALITY_RIGHT_TO_LEFT, Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC -> true;
            default -> false;
        });
    }

    /** {@code text} on one line, with everything that a terminal would obey written out as an escape. */
    static String of(String text) {
        if (text.codePoints().noneMatch(Printable::isControl)) {
            return text;
        }
        var clean = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(point -> append(clean, point));
        return clean.toString();
    }

    private static void append(StringBuilder clean, int point) {
        switch (point) {
            case '\n' -> clean.append("\\n");
            case '\r' -> clean.append("\\r");
            case '\t' -> clean.append("\\t");
            default -> {
                if (isControl(point)) {
                    clean.append(String.format("\\u%04x", point));
                } else {
                    clean.appendCodePoint(point);
                }
            }
        }
    }

    private static boolean isControl(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                true;
            case Character.FORMAT ->
                (point >= 0x202A && point <= 0x202E)
                        || (point >= 0x2066 && point <= 0x2069)
                        || point == 0x200E
                        || point == 0x200F
                        || point == 0x061C;
            default -> false;
        };
    }

    /** Terminal columns that {@code text} takes: none for combining marks, two for wide East Asian letters and emoji. */
    static int width(String text) {
        return text.codePoints().map(Printable::width).sum();
    }

    static int width(int point) {
        if (point < 0x300) {
            return 1;
        }
        int type = Character.getType(point);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK || type == Character.FORMAT) {
            return 0;
        }
        return isWide(point) ? 2 : 1;
    }

    /** The blocks that Unicode's EastAsianWidth.txt marks W or F, without the gaps inside them. */
    private static boolean isWide(int point) {
        return (point >= 0x1100 && point <= 0x115F)
                || (point >= 0x2E80 && point <= 0xA4CF)
                || (point >= 0xAC00 && point <= 0xD7A3)
                || (point >= 0xF900 && point <= 0xFAFF)
                || (point >= 0xFE30 && point <= 0xFE6F)
                || (point >= 0xFF00 && point <= 0xFF60)
                || (point >= 0xFFE0 && point <= 0xFFE6)
                || (point >= 0x1F300 && point <= 0x1FAFF)
                || (point >= 0x20000 && point <= 0x3FFFD);
    }
}
