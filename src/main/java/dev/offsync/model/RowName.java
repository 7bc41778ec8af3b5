package dev.offsync.model;

/** A row as people name it: its table, as it is shown to them, and its {@code record_id}. */
public record RowName(String table, String recordId) {
    public static RowName of(SyncedTable table, String recordId) {
        return new RowName(table.name().display(), recordId);
    }
}
