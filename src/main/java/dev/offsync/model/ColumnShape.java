package dev.offsync.model;

/**
 * A column as far as a change of it concerns the other side. {@code place} counts from 1 within the primary key, 0: not part
 * of it. {@code number} stays when the column is renamed.
 */
public record ColumnShape(String name, String type, boolean notNull, int place, int number) {}
