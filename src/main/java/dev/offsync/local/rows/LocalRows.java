package dev.offsync.local.rows;

import dev.offsync.local.inbox.UniqueKeys;
import dev.offsync.model.ConflictType;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Single rows of business tables and the versions they rest on. The key comes as its one text (record_id). Must be used
 * within a transaction that has set the output settings.
 */
public final class LocalRows {
    private final Database database;
    private final Map<Integer, List<Column>> columns = new HashMap<>();
    private final Map<Integer, UniqueKeys> unique = new HashMap<>();

    public LocalRows(Database database) {
        this.database = database;
    }

    /** The row as it is now, locked until the transaction ends, with the columns that travel. */
    public Optional<Row> lock(SyncedTable table, String recordId) throws SQLException {
        return read(table, recordId, " FOR UPDATE OF t");
    }

    /** The row as it is now, with the columns that travel; nothing where its table is gone. */
    public Optional<Row> find(SyncedTable table, String recordId) throws SQLException {
        boolean there = database.first(
                        "SELECT to_regclass(?) IS NOT NULL",
                        row -> row.getBoolean(1),
                        table.name().sql())
                .orElse(false);
        return there ? read(table, recordId, "") : Optional.empty();
    }

    private Optional<Row> read(SyncedTable table, String recordId, String locking) throws SQLException {
        var key = new KeySql(table.key());
        List<String> names = columns(table).stream().map(Column::name).toList();
        return database.first(
                        "SELECT (t.*)::text FROM " + table.name().sql() + " AS t, " + key.ofArgument() + " AS s WHERE "
                                + key.sameAsRow("t", "s") + locking,
                        row -> row.getString(1),
                        recordId)
                .map(text -> Row.of(names, RecordText.parse(text)).only(table.sentColumns()));
    }

    /**
     * Replaces the columns that {@code row} has, or inserts it.
     *
     * @param present whether {@link #lock} found the row; if not, one that was inserted since fails this
     */
    public void put(SyncedTable table, String recordId, Row row, boolean present) throws SQLException {
        List<Column> columns = columns(table);
        var key = new KeySql(table.key());
        var texts = new ArrayList<@Nullable String>();
        for (Column column : columns) {
            texts.add(row.get(column.name()));
        }
        String record = RecordText.format(texts);
        List<Column> written = columns.stream()
                .filter(c -> row.has(c.name()) && c.generated().isEmpty())
                .toList();
        List<Column> updated =
                written.stream().filter(c -> !c.identity().equals("a")).toList();
        String source = "(SELECT ?::" + table.name().sql() + " AS r OFFSET 0) AS s";
        if (present) {
            database.update(
                    "UPDATE " + table.name().sql() + " AS t SET (" + names(updated) + ") = ROW(" + values(updated)
                            + ") FROM " + source + ", " + key.ofArgument() + " AS k WHERE " + key.sameAsRow("t", "k"),
                    record,
                    recordId);
        } else {
            database.update(
                    "INSERT INTO " + table.name().sql() + " (" + names(written) + ") OVERRIDING SYSTEM VALUE SELECT "
                            + values(written) + " FROM " + source,
                    record);
        }
        unique.computeIfAbsent(table.id(), id -> new UniqueKeys(database, table))
                .refuseDuplicatesOf(recordId);
    }

    public void delete(SyncedTable table, String recordId) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                "DELETE FROM " + table.name().sql() + " AS t USING " + key.ofArgument() + " AS s WHERE "
                        + key.sameAsRow("t", "s"),
                recordId);
    }

    /** The hub version that the row rests on: 0 where the hub does not have it. */
    public long version(SyncedTable table, String recordId, boolean inserted) throws SQLException {
        return database.number("SELECT offsync.base_version(?, ?, ?)", table.id(), recordId, inserted);
    }

    /** From now on the row rests on {@code version} of the hub. */
    public void rest(SyncedTable table, String recordId, long version) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                "INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version) SELECT " + key.aliases("s") + ", "
                        + version + " FROM " + key.ofArgument() + " AS s ON CONFLICT (" + key.aliases()
                        + ") DO UPDATE SET version = excluded.version, synced_at = now()",
                recordId);
    }

    /** The next pull brings the hub's state of the row, whatever is known of it. */
    public void askFor(SyncedTable table, String recordId, ConflictType reason) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                "INSERT INTO offsync.wanted (table_id, key, reason) SELECT " + table.id() + ", " + key.array("s")
                        + ", ?" + " FROM " + key.ofArgument() + " AS s ON CONFLICT DO NOTHING",
                reason.word(),
                recordId);
    }

    /** The row is gone on both sides. */
    public void forget(SyncedTable table, String recordId) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                "DELETE FROM " + table.sidecar() + " AS v USING " + key.ofArgument() + " AS s WHERE "
                        + key.same("v", "s"),
                recordId);
    }

    /** Writes offsync's own columns of the row, where the table has them. */
    public void mark(SyncedTable table, String recordId, String status, long version) throws SQLException {
        if (table.syncColumns()) {
            var key = new KeySql(table.key());
            database.update(
                    "UPDATE " + table.name().sql() + " AS t SET version = " + version
                            + ", sync_status = ?, sync_timestamp = now() FROM " + key.ofArgument() + " AS s WHERE "
                            + key.sameAsRow("t", "s"),
                    status,
                    recordId);
        }
    }

    /** Keeps the capture triggers away from what this transaction writes, until {@link #endApplying}. */
    public void beginApplying() throws SQLException {
        database.update("INSERT INTO offsync.applying (xid) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING");
    }

    public void endApplying() throws SQLException {
        database.update("DELETE FROM offsync.applying WHERE xid = pg_current_xact_id()");
    }

    private List<Column> columns(SyncedTable table) throws SQLException {
        List<Column> known = columns.get(table.id());
        if (known == null) {
            known = new Catalog(database).columns(table.name());
            columns.put(table.id(), known);
        }
        return known;
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(c -> TableName.quote(c.name())).collect(Collectors.joining(", "));
    }

    private static String values(List<Column> columns) {
        return columns.stream().map(c -> "(s.r)." + TableName.quote(c.name())).collect(Collectors.joining(", "));
    }
}
