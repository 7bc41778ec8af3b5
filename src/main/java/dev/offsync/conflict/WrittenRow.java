package dev.offsync.conflict;

import dev.offsync.conflict.Decision.KeepLocal;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Decision.Write;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a row that is neither side's may look: which columns it has, and which values a wish may replace. */
final class WrittenRow {
    private static final Row NOTHING = new Row(Map.of());

    private WrittenRow() {}

    /**
     * The row that a written one starts from, and whose columns it has: the hub's, whose columns are the ones that can be
     * written, or the local one where the hub has none or another row.
     */
    static Row ground(Conflict conflict) {
        return versions(conflict).findFirst().orElse(NOTHING);
    }

    /** The columns that the local change was captured with; no strategy writes any other. */
    static Collection<String> captured(Conflict conflict) {
        Row local = conflict.local();
        Row image = local != null ? local : conflict.base();
        return (image != null ? image : ground(conflict)).columns();
    }

    /** The ground with the values that {@code wish} has for {@code columns}. */
    static Row over(Row ground, Row wish, Collection<String> columns) {
        var values = new LinkedHashMap<String, @Nullable String>(ground.values());
        for (String column : columns) {
            if (ground.has(column) && wish.has(column)) {
                values.put(column, wish.get(column));
            }
        }
        return new Row(values);
    }

    /** What is wrong with {@code wish} as this conflict's row: an unknown column or another row's key. */
    static Optional<String> objection(Conflict conflict, Row wish) {
        Optional<String> unknown = unknown(ground(conflict), wish);
        if (unknown.isPresent()) {
            return unknown;
        }
        List<String> moved = conflict.keyColumns().stream()
                .filter(wish::has)
                .filter(key -> versions(conflict).noneMatch(row -> Objects.equals(row.get(key), wish.get(key))))
                .toList();
        return moved.isEmpty() ? Optional.empty() : Optional.of("the key cannot change: " + listed(moved));
    }

    static Optional<String> unknown(Row ground, Row wish) {
        List<String> unknown =
                wish.columns().stream().filter(column -> !ground.has(column)).toList();
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "there is no column " + listed(unknown) + "; the columns are " + listed(ground.columns()));
    }

    /** Whether {@code wish} has the key of the row that holds the unique value, and so is that row's new content. */
    static boolean isAboutTheOther(Conflict conflict, Row wish) {
        Row other = conflict.remote();
        return conflict.type() == ConflictType.UNIQUE_VIOLATION
                && other != null
                && conflict.keyColumns().stream()
                        .allMatch(key -> wish.has(key) && Objects.equals(other.get(key), wish.get(key)));
    }

    /** Writes {@code row}, or keeps the side that has just these values: then there is nothing new to write. */
    static Decision decision(Conflict conflict, Row row, String because) {
        if (row.equals(conflict.remote())) {
            return new KeepRemote(because);
        }
        return row.equals(conflict.local()) ? new KeepLocal(because) : new Write(row, because);
    }

    static String listed(Collection<String> columns) {
        return String.join(", ", columns);
    }

    /** The states of the conflict's own row, best ground first; over a unique value the remote row is a stranger. */
    private static Stream<Row> versions(Conflict conflict) {
        boolean strangers = conflict.type() == ConflictType.UNIQUE_VIOLATION;
        return Stream.of(
                        Optional.ofNullable(strangers ? null : conflict.remote()),
                        Optional.ofNullable(conflict.local()),
                        Optional.ofNullable(conflict.base()))
                .flatMap(Optional::stream);
    }
}
