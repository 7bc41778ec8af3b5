package dev.offsync.model;

/** A conflict that waits for a person, as short as a message needs it. */
public record OpenConflict(long id, String table, String recordId, String type) {}
