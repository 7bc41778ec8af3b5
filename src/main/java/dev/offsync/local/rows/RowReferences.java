package dev.offsync.local.rows;

import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.ForeignKeySql;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Foreign keys from and to single rows, looked at by hand: where triggers are silenced, PostgreSQL does not check them,
 * and where they are not, ON DELETE CASCADE would take rows along.
 */
public final class RowReferences {
    /** Tables as SQL writes them, columns as the catalog does. */
    private record ForeignKey(String child, String parent, List<String> childColumns, List<String> parentColumns) {}

    private static final String SELECT = """
            SELECT f.conrelid::regclass::text, f.confrelid::regclass::text, {child_columns}, {parent_columns}
            FROM pg_constraint AS f
            WHERE f.contype = 'f' AND f.conparentid = 0 AND
            """.replace("{child_columns}", ForeignKeySql.CHILD_COLUMNS)
            .replace("{parent_columns}", ForeignKeySql.PARENT_COLUMNS);

    private final Database database;
    private final Map<String, List<ForeignKey>> known = new HashMap<>();

    public RowReferences(Database database) {
        this.database = database;
    }

    /**
     * Says who uses the row in a way that {@code then} would not allow any more; nobody, where all that others
     * reference stays.
     *
     * @param now the row as it is
     * @param then the row as it will be; null: gone
     */
    public Optional<String> userOf(SyncedTable table, String recordId, Row now, @Nullable Row then)
            throws SQLException {
        var key = new KeySql(table.key());
        for (ForeignKey reference : keys("f.confrelid = ?::regclass", table)) {
            if (then != null && same(reference, now, then)) {
                continue;
            }
            String itself = reference.child().equals(reference.parent()) ? " AND child.ctid <> t.ctid" : "";
            boolean used = database.first(
                            "SELECT EXISTS (SELECT FROM " + reference.parent() + " AS t, " + key.ofArgument()
                                    + " AS k, " + reference.child() + " AS child WHERE " + key.sameAsRow("t", "k")
                                    + " AND " + equal(reference, "child.", "t.") + itself + ")",
                            row -> row.getBoolean(1),
                            recordId)
                    .orElse(false);
            if (used) {
                return Optional.of("rows of " + reference.child() + " reference it");
            }
        }
        return Optional.empty();
    }

    private static boolean same(ForeignKey reference, Row now, Row then) {
        return reference.parentColumns().stream().allMatch(name -> Objects.equals(now.get(name), then.get(name)));
    }

    /** The row that a foreign key of this row points at and that is not there. */
    public Optional<String> missingParent(SyncedTable table, String recordId) throws SQLException {
        return missingParent(table, List.of(recordId));
    }

    /** A row that a foreign key of one of these rows points at and that is not there. */
    public Optional<String> missingParent(SyncedTable table, List<String> recordIds) throws SQLException {
        var key = new KeySql(table.key());
        for (ForeignKey reference : keys("f.conrelid = ?::regclass", table)) {
            String present = String.join(
                    " AND ",
                    reference.childColumns().stream()
                            .map(c -> "t." + TableName.quote(c) + " IS NOT NULL")
                            .toList());
            boolean missing = database.first(
                            "SELECT EXISTS (SELECT FROM " + reference.child() + " AS t, " + key.ofArguments()
                                    + " AS k WHERE " + key.sameAsRow("t", "k") + " AND " + present
                                    + " AND NOT EXISTS (SELECT FROM " + reference.parent() + " AS parent WHERE "
                                    + equal(reference, "t.", "parent.") + "))",
                            row -> row.getBoolean(1),
                            recordIds)
                    .orElse(false);
            if (missing) {
                return Optional.of("the row of " + reference.parent() + " that it references is not here");
            }
        }
        return Optional.empty();
    }

    /** Raises what PostgreSQL would where a row that one of these references is not there, if its triggers were not off. */
    public void requireParents(SyncedTable table, List<String> recordIds) throws SQLException {
        Optional<String> missing = missingParent(table, recordIds);
        if (missing.isPresent()) {
            throw new SQLException(missing.get(), "23503");
        }
    }

    private List<ForeignKey> keys(String condition, SyncedTable table) throws SQLException {
        String question = condition + table.name().sql();
        List<ForeignKey> keys = known.get(question);
        if (keys == null) {
            keys = read(condition, table);
            known.put(question, keys);
        }
        return keys;
    }

    private List<ForeignKey> read(String condition, SyncedTable table) throws SQLException {
        return database.list(
                SELECT + condition + " ORDER BY f.conname",
                row -> new ForeignKey(
                        row.getString(1),
                        row.getString(2),
                        SqlArray.texts(row.getArray(3)),
                        SqlArray.texts(row.getArray(4))),
                table.name().sql());
    }

    private static String equal(ForeignKey reference, String child, String parent) {
        return IntStream.range(0, reference.childColumns().size())
                .mapToObj(i -> child + TableName.quote(reference.childColumns().get(i)) + " = " + parent
                        + TableName.quote(reference.parentColumns().get(i)))
                .collect(Collectors.joining(" AND "));
    }
}
