package dev.offsync.model;

import java.util.List;

/** A foreign key: {@code childColumns} of the child hold the {@code parentColumns} of a row of the parent, or NULL. */
public record Reference(TableName child, List<String> childColumns, TableName parent, List<String> parentColumns) {}
