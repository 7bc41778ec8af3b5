package dev.offsync.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of the form NAME=VALUE that may be given several times. */
final class Assignments {
    private Assignments() {}

    /** TABLE=VALUE by table; the first {@code =} outside double quotes separates. */
    static Map<String, String> byTable(String option, @Nullable List<String> texts) {
        var values = new LinkedHashMap<String, String>();
        for (String text : texts == null ? List.<String>of() : texts) {
            int equals = Identifiers.indexOutsideQuotes(option, text, '=', 0);
            String table = equals < 0 ? "" : text.substring(0, equals).strip();
            if (table.isEmpty() || text.substring(equals + 1).isBlank()) {
                throw Failures.usage(option + " wants TABLE=VALUE, not: " + text, null);
            }
            if (values.put(table, text.substring(equals + 1).strip()) != null) {
                throw Failures.usage(option + " names table " + table + " twice", null);
            }
        }
        return values;
    }

    /** COLUMN=TEXT by column; the first {@code =} separates, and a column without one becomes SQL NULL. */
    static Map<String, @Nullable String> byColumn(String option, @Nullable List<String> texts) {
        var values = new LinkedHashMap<String, @Nullable String>();
        for (String text : texts == null ? List.<String>of() : texts) {
            int equals = text.indexOf('=');
            String column = equals < 0 ? text : text.substring(0, equals);
            if (column.isEmpty()) {
                throw Failures.usage(option + " wants COLUMN=VALUE, not: " + text, null);
            }
            if (values.containsKey(column)) {
                throw Failures.usage(option + " names column " + column + " twice", null);
            }
            values.put(column, equals < 0 ? null : text.substring(equals + 1));
        }
        return values;
    }
}
