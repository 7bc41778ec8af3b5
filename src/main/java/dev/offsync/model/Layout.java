package dev.offsync.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the text of a row with one list of columns becomes the text of a row with another: values go by name, a column
 * that the source lacks becomes NULL and is left out of {@link #sent}.
 *
 * @param sent the columns of the target that the source has a value for
 */
public record Layout(List<String> source, List<String> target, List<String> sent) {
    /** The layout from {@code source} to {@code target}, with only those of {@code travelling} columns sent. */
    public static Layout of(List<String> source, List<String> target, List<String> travelling) {
        return new Layout(
                source,
                target,
                target.stream()
                        .filter(column -> source.contains(column) && travelling.contains(column))
                        .toList());
    }

    /** Whether a row's text can pass as it is. */
    public boolean isIdentity() {
        return source.equals(target) && sent.equals(target);
    }

    public String apply(String record) {
        if (isIdentity()) {
            return record;
        }
        List<@Nullable String> values = RecordText.parse(record);
        var moved = new ArrayList<@Nullable String>(target.size());
        for (String column : target) {
            moved.add(sent.contains(column) ? values.get(source.indexOf(column)) : null);
        }
        return RecordText.format(moved);
    }
}
