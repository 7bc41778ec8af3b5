package dev.offsync.ui;

import org.jspecify.annotations.Nullable;

/**
 * A column's value as a person types it on one line, in the escapes of COPY's text format: {@code \N} is SQL NULL,
 * {@code \n}, {@code \t}, {@code \r} and {@code \\} are what they look like; two single quotes are the empty text,
 * since an empty line keeps the old value.
 */
final class TypedValue {
    static final String RULES = "Enter keeps it, '' is the empty text, \\N is NULL, \\n a new line, \\\\ a backslash";

    private static final String NULL = "\\N";
    private static final String EMPTY = "''";

    private TypedValue() {}

    /** The value that {@code typed}, which is not empty, stands for. */
    static @Nullable String parse(String typed) {
        if (typed.equals(NULL)) {
            return null;
        }
        return typed.equals(EMPTY) ? "" : unescaped(typed);
    }

    /** How {@code value} would be typed. */
    static String of(@Nullable String value) {
        if (value == null) {
            return NULL;
        }
        if (value.isEmpty()) {
            return EMPTY;
        }
        String typed = value.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
        return typed.equals(EMPTY) ? "\\''" : typed;
    }

    private static String unescaped(String typed) {
        var value = new StringBuilder(typed.length());
        for (int i = 0; i < typed.length(); i++) {
            char c = typed.charAt(i);
            if (c == '\\' && i + 1 < typed.length()) {
                c = typed.charAt(++i);
                value.append(
                        switch (c) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            default -> c;
                        });
            } else {
                value.append(c);
            }
        }
        return value.toString();
    }
}
