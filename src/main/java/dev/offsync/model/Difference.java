package dev.offsync.model;

/** A row that the device and the hub do not have alike. */
public record Difference(String table, String recordId, Kind kind) {
    /** Where the row is missing, or that both sides have it with different content. */
    public enum Kind {
        MISSING_LOCAL,
        MISSING_REMOTE,
        DIFFERS
    }
}
