package dev.offsync.model;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Another row that a conflict is about: {@code effect} says in one word how.
 * <ul>
 *   <li>{@code holds}: it holds the unique value of the conflict's row ({@code unique_violation});
 *   <li>{@code missing}: the conflict's row references it, and the hub has it no more ({@code foreign_key}); {@code row} is
 *       the device's copy;
 *   <li>{@code deleted}, {@code cleared}, {@code reset}: deleting the conflict's row on the hub would delete it, or set
 *       {@code columns} to NULL or to their default; {@code refers}: it forbids that deletion ({@code foreign_key}).
 * </ul>
 *
 * @param recordId its key, null where the device has no such table or no copy of the row
 * @param constraint the unique index, exclusion constraint or foreign key
 * @param columns the columns of the constraint in this row's table; empty where it is over expressions
 * @param row the hub's row, or for {@code missing} the device's
 * @param version the hub's version of it, null where it is not there
 * @param aside whether it came with a pull and waits until the conflict is settled to be written here
 */
public record RelatedRow(
        String table,
        @Nullable String recordId,
        String effect,
        String constraint,
        List<String> columns,
        @Nullable Row row,
        @Nullable Long version,
        boolean aside) {
    /** The same row, which two foreign keys refer with: what each of them would lose. One that would go goes. */
    public RelatedRow and(RelatedRow other) {
        return new RelatedRow(
                table,
                recordId,
                effect.equals("cleared") ? other.effect : effect,
                constraint,
                Stream.concat(columns.stream(), other.columns.stream())
                        .distinct()
                        .toList(),
                row,
                version,
                aside);
    }

    /** What it has to do with the conflict's row, to follow its name: "holds the same email". */
    public String role() {
        String listed = String.join(", ", columns);
        return switch (effect) {
            case "holds" -> columns.isEmpty() ? "holds the same value" : "holds the same " + listed;
            case "missing" -> "is not on the hub";
            case "deleted" -> "would be deleted with it";
            case "cleared" -> "would lose its " + listed;
            case "reset" -> "would get the default of " + listed;
            default -> "references it";
        };
    }
}
