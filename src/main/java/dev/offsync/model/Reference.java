package dev.offsync.model;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A foreign key: {@code childColumns} of the child hold the {@code parentColumns} of a row of the parent, or NULL;
 * {@code operators} compare a parent's value with a child's.
 */
public record Reference(
        TableName child,
        List<String> childColumns,
        TableName parent,
        List<String> parentColumns,
        List<String> operators) {
    /** SQL: whether the row called {@code parentRow} is the one that {@code childRow} references. */
    public String joins(String parentRow, String childRow) {
        return IntStream.range(0, childColumns.size())
                .mapToObj(i -> parentRow + "." + TableName.quote(parentColumns.get(i)) + " " + operators.get(i) + " "
                        + childRow + "." + TableName.quote(childColumns.get(i)))
                .collect(Collectors.joining(" AND "));
    }

    /** SQL: whether {@code childRow} references nothing. */
    public String isNull(String childRow) {
        return childColumns.stream()
                .map(column -> childRow + "." + TableName.quote(column) + " IS NULL")
                .collect(Collectors.joining(" OR ", "(", ")"));
    }
}
