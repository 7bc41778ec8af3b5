package dev.offsync.pg;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Texts as SQL writes them, for statements that cannot bind them. As {@code quote_literal} does, a backslash is escaped,
 * so that a constant means the same where standard_conforming_strings is off, which applications set for their sessions.
 */
public final class SqlLiteral {
    private SqlLiteral() {}

    /** A string constant. */
    public static String of(String text) {
        String quoted = "'" + text.replace("'", "''") + "'";
        return text.contains("\\") ? "E" + quoted.replace("\\", "\\\\") : quoted;
    }

    /** An array of string constants. */
    public static String array(Stream<String> texts) {
        return texts.map(SqlLiteral::of).collect(Collectors.joining(", ", "ARRAY[", "]"));
    }
}
