package dev.offsync.model;

/**
 * A table that was compared. {@code compared} counts the device's rows that were, {@code leftOut} rows that wait for a push,
 * a pull or a decision; {@code buckets} and {@code differing} tell into how many buckets they fell, and how many of those
 * had to be looked at row by row.
 */
public record VerifiedTable(
        String table,
        String direction,
        long compared,
        long leftOut,
        int buckets,
        int differing,
        long missingLocal,
        long missingRemote,
        long differs) {
    public long differences() {
        return missingLocal + missingRemote + differs;
    }
}
