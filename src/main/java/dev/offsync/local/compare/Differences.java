package dev.offsync.local.compare;

import dev.offsync.model.Difference;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;

/** The rows that a comparison found to differ, in a temporary table: they may be too many for the memory. */
public final class Differences {
    /** A differing row by its place in the list and its key. */
    public record Entry(long ordinal, List<String> key) {}

    private final Database database;

    public Differences(Database database) {
        this.database = database;
    }

    public void create() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS verify_difference (
                    ordinal   bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
                    table_id  integer NOT NULL,
                    key       text[] NOT NULL,
                    record_id text NOT NULL,
                    kind      text NOT NULL,
                    deleted   boolean NOT NULL DEFAULT false  -- missing on the hub, which knows of its deletion
                );
                TRUNCATE verify_difference
                """);
    }

    public void add(SyncedTable table, List<String> key, String recordId, Difference.Kind kind) throws SQLException {
        database.update(
                "INSERT INTO verify_difference (table_id, key, record_id, kind) VALUES (?, ?, ?, ?)",
                table.id(),
                key,
                recordId,
                word(kind));
    }

    /** Differing rows of a table after {@code ordinal}, at most {@code limit}, in their order. */
    public List<Entry> after(SyncedTable table, long ordinal, int limit) throws SQLException {
        return page("true", table, ordinal, limit);
    }

    /** Those of them that the hub has, as {@link #after} gives them. */
    public List<Entry> onHub(SyncedTable table, long ordinal, int limit) throws SQLException {
        return page("kind <> 'missing_remote'", table, ordinal, limit);
    }

    /** Rows that the device has and the hub has not, as {@link #after} gives them. */
    public List<Entry> missingRemote(SyncedTable table, long ordinal, int limit) throws SQLException {
        return page("kind = 'missing_remote'", table, ordinal, limit);
    }

    private List<Entry> page(String condition, SyncedTable table, long ordinal, int limit) throws SQLException {
        return database.list(
                "SELECT ordinal, key FROM verify_difference WHERE table_id = ? AND ordinal > ? AND " + condition
                        + " ORDER BY ordinal LIMIT ?",
                row -> new Entry(row.getLong(1), SqlArray.texts(row.getArray(2))),
                table.id(),
                ordinal,
                limit);
    }

    public void remove(Entry entry) throws SQLException {
        database.update("DELETE FROM verify_difference WHERE ordinal = ?", entry.ordinal());
    }

    /** Notes that the hub deleted the row. */
    public void deleted(Entry entry) throws SQLException {
        database.update("UPDATE verify_difference SET deleted = true WHERE ordinal = ?", entry.ordinal());
    }

    public long count(SyncedTable table, Difference.Kind kind) throws SQLException {
        return database.number(
                "SELECT count(*) FROM verify_difference WHERE table_id = ? AND kind = ?", table.id(), word(kind));
    }

    /** The first {@code limit} of them, table by table. */
    public List<Difference> first(int limit) throws SQLException {
        return database.list(
                """
                SELECT t.table_name, d.record_id, d.kind
                FROM verify_difference AS d
                JOIN offsync.synced_table AS t ON t.id = d.table_id
                ORDER BY d.table_id, d.key
                LIMIT ?
                """,
                row -> new Difference(
                        row.getString(1),
                        row.getString(2),
                        Difference.Kind.valueOf(row.getString(3).toUpperCase(Locale.ROOT))),
                limit);
    }

    private static String word(Difference.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
