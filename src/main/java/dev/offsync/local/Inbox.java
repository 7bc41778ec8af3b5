package dev.offsync.local;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What came from the hub and is about to be applied, in a temporary table. */
public final class Inbox {
    /** A row of the hub that meets pending work on the device. {@code row} is in the local table's columns. */
    public record Contested(
            String recordId,
            long version,
            boolean deleted,
            @Nullable Instant changedAt,
            @Nullable String row) {}

    /** Rows written to one table. */
    public record Applied(long inserted, long updated, long deleted, long skipped) {
        public Applied plus(Applied other) {
            return new Applied(
                    inserted + other.inserted,
                    updated + other.updated,
                    deleted + other.deleted,
                    skipped + other.skipped);
        }
    }

    public static final String COPY_IN =
            "COPY inbox (table_id, key, version, deleted, changed_at, leaves, row) FROM STDIN";

    private final Database database;

    public Inbox(Database database) {
        this.database = database;
    }

    public void create() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS inbox (
                    table_id   integer NOT NULL,
                    key        text[] NOT NULL,
                    version    bigint NOT NULL,
                    deleted    boolean NOT NULL,
                    changed_at timestamptz,
                    leaves     boolean NOT NULL,  -- out of the device's filter, not deleted
                    row        text,
                    present    boolean NOT NULL DEFAULT false,
                    contested  boolean NOT NULL DEFAULT false
                );
                TRUNCATE inbox
                """);
    }

    /** Numbers of the tables that something came for. */
    public List<Integer> tables() throws SQLException {
        database.execute("ANALYZE inbox");
        return database.list("SELECT DISTINCT table_id FROM inbox ORDER BY 1", row -> row.getInt(1));
    }

    /** Drops what is known already (a version not above the one that the local row rests on) and returns its number. */
    public long dropKnown(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        return database.update("""
                DELETE FROM inbox AS s
                USING %s AS v
                WHERE s.table_id = ? AND %s AND s.version <= v.version AND NOT s.leaves
                """.formatted(table.sidecar(), key.sameAsArray("v", "s.key")), table.id());
    }

    /**
     * Drops rows that have the content, as far as it is {@code sent}, and the version of the local row, and returns their
     * number.
     */
    public long dropEqual(SyncedTable table, List<String> sent) throws SQLException {
        var key = new KeySql(table.key());
        return database.update(
                """
                DELETE FROM inbox AS s
                USING %s AS t
                LEFT JOIN %s AS v ON %s
                WHERE s.table_id = ? AND %s AND s.version = coalesce(v.version, 1) AND s.row = %s
                """.formatted(
                                table.name().sql(),
                                table.sidecar(),
                                key.sameAsRow("t", "v"),
                                key.rowSameAsArray("t", "s.key"),
                                image(table, sent)),
                table.id());
    }

    /** How many local rows the hub's deletions would take. */
    public long deletes(SyncedTable table) throws SQLException {
        long deletes =
                database.number("SELECT count(*) FROM inbox WHERE table_id = ? AND deleted AND NOT leaves", table.id());
        return deletes == 0
                ? 0
                : database.number("SELECT count(*) FROM inbox AS s JOIN "
                        + table.name().sql() + " AS t ON "
                        + new KeySql(table.key()).rowSameAsArray("t", "s.key")
                        + " WHERE s.deleted AND NOT s.leaves AND s.table_id = "
                        + table.id());
    }

    /**
     * Locks the local rows that are about to change, then (in the next statement, which sees what the lock waited for)
     * finds those with pending work.
     */
    public List<Contested> contested(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        database.update("""
                WITH locked AS (
                    SELECT s.ctid AS place FROM %s AS t JOIN inbox AS s ON %s WHERE s.table_id = ? FOR UPDATE OF t
                )
                UPDATE inbox AS s SET present = true FROM locked AS l WHERE s.ctid = l.place
                """.formatted(table.name().sql(), key.rowSameAsArray("t", "s.key")), table.id());
        database.update("""
                UPDATE inbox AS s
                SET contested = true
                FROM (SELECT DISTINCT %s FROM offsync.unfinished AS u WHERE u.table_id = ? AND u.key IS NOT NULL) AS p
                WHERE s.table_id = ? AND %s
                """.formatted(key.parsed("u.key"), key.sameAsArray("p", "s.key")), table.id(), table.id());
        return database.list(
                """
                SELECT %s, s.version, s.deleted, s.changed_at, s.row
                FROM (SELECT s.*, %s FROM inbox AS s WHERE s.table_id = ? AND s.contested AND NOT s.leaves) AS s
                """.formatted(key.text("s"), key.parsedArray("s.key")),
                row -> new Contested(
                        row.getString(1),
                        row.getLong(2),
                        row.getBoolean(3),
                        DeviceStore.instant(row, 4),
                        row.getString(5)),
                table.id());
    }

    /**
     * Writes every uncontested row of {@code table}; {@code sent} are the columns that came. Only rows that {@link
     * #contested} locked are changed: one that an application inserted since is new work, and fails the statement with a
     * unique violation; the caller starts over.
     */
    public Applied apply(SyncedTable table, List<String> sent) throws SQLException {
        var key = new KeySql(table.key());
        TableDefinition definition = new Catalog(database).table(table.name()).orElseThrow();
        List<Column> columns = definition.columns().stream()
                .filter(c -> sent.contains(c.name()) && c.generated().isEmpty())
                .toList();
        List<Column> updatable =
                columns.stream().filter(c -> !c.identity().equals("a")).toList();
        String relation = table.name().sql();
        String due = "s.table_id = " + table.id() + " AND NOT s.contested";
        String source = "(SELECT s.key, s.version, s.present, s.row::" + relation + " AS r FROM inbox AS s WHERE " + due
                + " AND NOT s.deleted OFFSET 0) AS s";
        long deleted = database.update("DELETE FROM " + relation + " AS t USING inbox AS s WHERE " + due
                + " AND s.deleted AND s.present AND " + key.rowSameAsArray("t", "s.key"));
        long updated = database.update("UPDATE " + relation + " AS t SET (" + names(updatable) + marks(table, ", ", "")
                + ") = ROW(" + values(updatable) + marks(table, ", ", "s.version") + ") FROM " + source
                + " WHERE s.present AND " + key.rowSameAsArray("t", "s.key"));
        long inserted = database.update("INSERT INTO " + relation + " AS t (" + names(columns) + marks(table, ", ", "")
                + ") OVERRIDING SYSTEM VALUE SELECT " + values(columns) + marks(table, ", ", "s.version") + " FROM "
                + source + " WHERE NOT s.present");
        rest(table, due);
        return new Applied(inserted, updated, deleted, 0);
    }

    private void rest(SyncedTable table, String due) throws SQLException {
        var key = new KeySql(table.key());
        database.update("DELETE FROM " + table.sidecar() + " AS v USING inbox AS s WHERE " + due + " AND s.deleted AND "
                + key.sameAsArray("v", "s.key"));
        database.update("INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version) SELECT "
                + key.aliases("s") + ", s.version FROM (SELECT s.version, " + key.parsedArray("s.key")
                + " FROM inbox AS s WHERE " + due + " AND NOT s.deleted"
                + (table.loaded() ? "" : " AND s.version <> 1") + ") AS s ON CONFLICT (" + key.aliases()
                + ") DO UPDATE SET version = excluded.version, synced_at = now()");
    }

    /** The local row as text in the form in which rows arrive: what the hub does not send is NULL. */
    private static String image(SyncedTable table, List<String> sent) {
        return table.columns().stream()
                .map(column -> sent.contains(column) ? "t." + TableName.quote(column) : "NULL")
                .collect(Collectors.joining(", ", "ROW(", ")::text"));
    }

    private static String names(List<Column> columns) {
        return columns.stream().map(c -> TableName.quote(c.name())).collect(Collectors.joining(", "));
    }

    private static String values(List<Column> columns) {
        return columns.stream().map(c -> "(s.r)." + TableName.quote(c.name())).collect(Collectors.joining(", "));
    }

    /** offsync's own columns: their names, or their values for a row that came with {@code version}. */
    private static String marks(SyncedTable table, String before, String version) {
        if (!table.syncColumns()) {
            return "";
        }
        return version.isEmpty()
                ? before + "version, sync_status, sync_timestamp"
                : before + version + ", 'synced', now()";
    }
}
