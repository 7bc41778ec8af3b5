package dev.offsync.local.rows;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.ForeignKeySql;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The rows of synced tables that reference a row of the device. */
public final class LocalChildren {
    /** A row that references another. */
    public record Child(SyncedTable table, String recordId) {}

    private record ForeignKey(int child, List<String> childColumns, List<String> parentColumns) {}

    private final Database database;
    private final List<SyncedTable> tables;

    public LocalChildren(Database database, List<SyncedTable> tables) {
        this.database = database;
        this.tables = tables;
    }

    public List<Child> of(SyncedTable parent, String recordId) throws SQLException {
        var children = new ArrayList<Child>();
        for (ForeignKey reference : references(parent)) {
            for (SyncedTable table : tables) {
                if (table.id() == reference.child()) {
                    rows(parent, recordId, table, reference).forEach(key -> children.add(new Child(table, key)));
                }
            }
        }
        return children;
    }

    private List<ForeignKey> references(SyncedTable parent) throws SQLException {
        return database.list(
                """
                SELECT child.id,
                       {child_columns},
                       {parent_columns}
                FROM pg_constraint AS f
                JOIN offsync.synced_table AS child
                  ON f.conrelid = to_regclass(format('%I.%I', child.schema_name, child.relation_name))
                WHERE f.contype = 'f' AND f.confrelid = to_regclass(?)
                ORDER BY f.oid
                """.replace("{child_columns}", ForeignKeySql.CHILD_COLUMNS)
                        .replace("{parent_columns}", ForeignKeySql.PARENT_COLUMNS),
                row -> new ForeignKey(row.getInt(1), SqlArray.texts(row.getArray(2)), SqlArray.texts(row.getArray(3))),
                parent.name().sql());
    }

    private List<String> rows(SyncedTable parent, String recordId, SyncedTable child, ForeignKey reference)
            throws SQLException {
        String references = IntStream.range(0, reference.childColumns().size())
                .mapToObj(i -> "c." + TableName.quote(reference.childColumns().get(i)) + " = p."
                        + TableName.quote(reference.parentColumns().get(i)))
                .collect(Collectors.joining(" AND "));
        var key = new KeySql(parent.key());
        return database.list(
                "SELECT " + new KeySql(child.key()).textOfRow("c") + " FROM "
                        + child.name().sql() + " AS c JOIN " + parent.name().sql() + " AS p ON " + references + ", "
                        + key.ofArgument() + " AS s WHERE " + key.sameAsRow("p", "s") + " ORDER BY 1",
                row -> row.getString(1),
                recordId);
    }
}
