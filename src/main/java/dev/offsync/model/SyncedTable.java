package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table that this device synchronises. {@code id} is the device's number for it, {@code hubTable} the hub's;
 * {@code columns} are those of {@code shapeId}, the shape that operations are captured with.
 * {@code condition} selects the rows that belong on the device, all where it is null.
 */
public record SyncedTable(
        int id,
        @Nullable Integer hubTable,
        TableName name,
        Direction direction,
        int priority,
        List<KeyColumn> key,
        int shapeId,
        List<String> columns,
        boolean syncColumns,
        @Nullable String condition) {
    /** The columns that offsync keeps for itself in a table with sync columns; they are never sent. */
    public static final List<String> SYNC_COLUMNS = List.of("version", "sync_status", "sync_timestamp");

    public boolean pushes() {
        return direction != Direction.PULL;
    }

    public boolean pulls() {
        return direction != Direction.PUSH;
    }

    /** The columns that travel. */
    public List<String> sentColumns() {
        return syncColumns
                ? columns.stream().filter(c -> !SYNC_COLUMNS.contains(c)).toList()
                : columns;
    }

    /** The table of offsync's own that holds the versions of this table's rows. */
    public String sidecar() {
        return "offsync.row_" + id;
    }
}
