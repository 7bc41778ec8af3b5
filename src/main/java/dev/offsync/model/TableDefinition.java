package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table as the catalog describes it. {@code relations} are the table itself and, where it is partitioned, all its
 * partitions: each can be written directly. {@code key} is empty where there is no primary key.
 */
public record TableDefinition(
        TableName name,
        long oid,
        boolean partition,
        boolean partitioned,
        boolean inherits,
        List<Relation> relations,
        List<Column> columns,
        List<KeyColumn> key,
        List<Sequence> sequences,
        List<TableName> references) {
    public record Relation(TableName name, long oid) {}

    /** {@code identity} is "", "a" (always) or "d" (by default); {@code generated} "" , "s" or "v". */
    public record Column(String name, String type, boolean notNull, String identity, String generated) {}

    /** A sequence that feeds a column of the key. */
    public record Sequence(String column, String columnType, TableName name) {}

    public List<String> columnNames() {
        return columns.stream().map(Column::name).toList();
    }

    /** The column called {@code name}, or null. */
    public @Nullable Column column(String name) {
        return columns.stream().filter(c -> c.name().equals(name)).findFirst().orElse(null);
    }
}
