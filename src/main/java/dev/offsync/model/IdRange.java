package dev.offsync.model;

/** The keys that a device's sequence may give out: {@code low} to {@code high}, of which {@code remaining} are left. */
public record IdRange(String table, String column, String sequence, long low, long high, long remaining) {}
