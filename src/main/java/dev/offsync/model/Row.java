package dev.offsync.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row as PostgreSQL's own text form of each value, by column name in the table's order; null is SQL NULL. Two rows
 * are equal when they have the same columns with the same texts.
 */
public record Row(Map<String, @Nullable String> values) {
    public Row {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** The row whose {@code columns} hold {@code texts}, position by position. */
    public static Row of(List<String> columns, List<@Nullable String> texts) {
        if (columns.size() != texts.size()) {
            throw new IllegalArgumentException(columns.size() + " columns but " + texts.size() + " values");
        }
        var values = new LinkedHashMap<String, @Nullable String>();
        for (int i = 0; i < columns.size(); i++) {
            values.put(columns.get(i), texts.get(i));
        }
        return new Row(values);
    }

    public @Nullable String get(String column) {
        return values.get(column);
    }

    public boolean has(String column) {
        return values.containsKey(column);
    }

    public List<String> columns() {
        return new ArrayList<>(values.keySet());
    }

    /** This row with one value replaced (or added at the end). */
    public Row with(String column, @Nullable String value) {
        var copy = new LinkedHashMap<>(values);
        copy.put(column, value);
        return new Row(copy);
    }

    /** This row with no other columns than {@code columns}. */
    public Row only(List<String> columns) {
        var copy = new LinkedHashMap<>(values);
        copy.keySet().retainAll(columns);
        return new Row(copy);
    }
}
