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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

    /** Locks those of the rows that are there until the transaction ends, and returns their record_ids. */
    public Set<String> lock(SyncedTable table, List<String> recordIds) throws SQLException {
        var key = new KeySql(table.key());
        return Set.copyOf(database.list(
                "SELECT s.record_id FROM " + table.name().sql() + " AS t, " + key.ofArguments() + " AS s WHERE "
                        + key.sameAsRow("t", "s") + " FOR UPDATE OF t",
                row -> row.getString(1),
                recordIds));
    }

    /** Those of the rows that are there, by their record_id, with the columns that travel. */
    public Map<String, Row> find(SyncedTable table, List<String> recordIds) throws SQLException {
        var key = new KeySql(table.key());
        List<String> names = columns(table).stream().map(Column::name).toList();
        var found = new HashMap<String, Row>();
        database.list(
                "SELECT s.record_id, (t.*)::text FROM " + table.name().sql() + " AS t, " + key.ofArguments()
                        + " AS s WHERE " + key.sameAsRow("t", "s"),
                row -> found.put(
                        row.getString(1),
                        Row.of(names, RecordText.parse(row.getString(2))).only(table.sentColumns())),
                recordIds);
        return found;
    }

    /** As {@link #put(SyncedTable, Map, boolean)} with one row. */
    public void put(SyncedTable table, String recordId, Row row, boolean present) throws SQLException {
        put(table, Map.of(recordId, row), present);
    }

    /**
     * Replaces the columns that the rows have, which must be the same of all, or inserts them.
     *
     * @param present whether the rows are there; if not, one that was inserted since fails this
     */
    public void put(SyncedTable table, Map<String, Row> rows, boolean present) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        var key = new KeySql(table.key());
        Row first = rows.values().iterator().next();
        List<Column> written = columns(table).stream()
                .filter(c -> first.has(c.name()) && c.generated().isEmpty())
                .toList();
        List<Column> updated =
                written.stream().filter(c -> !c.identity().equals("a")).toList();
        String source = "(SELECT a.record::" + table.name().sql() + " AS r, " + key.parsed("a.record_id")
                + " FROM unnest(?::text[], ?::text[]) AS a(record_id, record) OFFSET 0) AS s";
        var recordIds = List.copyOf(rows.keySet());
        var records = new ArrayList<String>();
        for (String recordId : recordIds) {
            records.add(record(table, Objects.requireNonNull(rows.get(recordId))));
        }
        database.update(
                present
                        ? "UPDATE " + table.name().sql() + " AS t SET (" + names(updated) + ") = ROW(" + values(updated)
                                + ") FROM " + source + " WHERE " + key.sameAsRow("t", "s")
                        : "INSERT INTO " + table.name().sql() + " (" + names(written)
                                + ") OVERRIDING SYSTEM VALUE SELECT " + values(written) + " FROM " + source,
                recordIds,
                records);
        unique.computeIfAbsent(table.id(), id -> new UniqueKeys(database, table))
                .refuseDuplicatesOf(recordIds);
    }

    private String record(SyncedTable table, Row row) throws SQLException {
        var texts = new ArrayList<@Nullable String>();
        for (Column column : columns(table)) {
            texts.add(row.get(column.name()));
        }
        return RecordText.format(texts);
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
        rest(table, Map.of(recordId, version));
    }

    /** From now on the rows rest on these versions of the hub. */
    public void rest(SyncedTable table, Map<String, Long> versions) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                "INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version) SELECT " + key.aliases("s")
                        + ", s.version FROM " + versioned(key) + " ON CONFLICT (" + key.aliases()
                        + ") DO UPDATE SET version = excluded.version, synced_at = now()",
                List.copyOf(versions.keySet()),
                List.copyOf(versions.values()));
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
        mark(table, status, Map.of(recordId, version));
    }

    /** Writes offsync's own columns of the rows, whose versions these are, where the table has them. */
    public void mark(SyncedTable table, String status, Map<String, Long> versions) throws SQLException {
        if (table.syncColumns() && !versions.isEmpty()) {
            var key = new KeySql(table.key());
            database.update(
                    "UPDATE " + table.name().sql()
                            + " AS t SET version = s.version, sync_status = ?, sync_timestamp = now() FROM "
                            + versioned(key) + " WHERE " + key.sameAsRow("t", "s"),
                    status,
                    List.copyOf(versions.keySet()),
                    List.copyOf(versions.values()));
        }
    }

    /** As {@link #mark(SyncedTable, String, String, long)}, between {@link #beginApplying} and its end. */
    public void markApplying(SyncedTable table, String recordId, String status, long version) throws SQLException {
        markApplying(table, status, Map.of(recordId, version));
    }

    /** As {@link #mark(SyncedTable, String, Map)}, between {@link #beginApplying} and its end. */
    public void markApplying(SyncedTable table, String status, Map<String, Long> versions) throws SQLException {
        if (table.syncColumns() && !versions.isEmpty()) {
            beginApplying();
            mark(table, status, versions);
            endApplying();
        }
    }

    /** Rows of keys with a version each; the arguments are two arrays. */
    private static String versioned(KeySql key) {
        return "(SELECT a.version, " + key.parsed("a.record_id")
                + " FROM unnest(?::text[], ?::bigint[]) AS a(record_id, version)) AS s";
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
