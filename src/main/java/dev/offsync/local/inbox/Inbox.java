package dev.offsync.local.inbox;

import dev.offsync.local.device.Cursors.Last;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What came from the hub and is about to be applied, in a temporary table. */
public final class Inbox {
    /** A row of the hub that meets pending work on the device. {@code row} is in the local table's columns. */
    public record Contested(
            long ordinal,
            String recordId,
            long version,
            boolean deleted,
            @Nullable Instant changedAt,
            @Nullable String row) {}

    public static final String COPY_IN =
            "COPY inbox (table_id, key, version, deleted, changed_at, leaves, xid, row) FROM STDIN";

    public static final String COPY_DELETIONS_IN = "COPY inbox_deletion (table_id, key) FROM STDIN";

    /** The rows of the inbox, called s, that are to be written as they are. */
    static final String DUE = "NOT s.contested AND s.held IS NULL";

    /** The rows of a table that meet pending work. */
    private static final String MEETING = "s.table_id = ? AND s.contested AND s.held IS NULL AND NOT s.leaves";

    private final Database database;

    public Inbox(Database database) {
        this.database = database;
    }

    public void create() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS inbox (
                    ordinal    bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000),
                    table_id   integer NOT NULL,  -- negative: of a row that the hub does not show, which only counts
                    key        text[] NOT NULL,
                    version    bigint NOT NULL,
                    deleted    boolean NOT NULL,
                    changed_at timestamptz,
                    leaves     boolean NOT NULL,  -- out of the device's filter, not deleted
                    xid        xid8,              -- NULL: asked for by its key
                    row        text,
                    present    boolean NOT NULL DEFAULT false,
                    contested  boolean NOT NULL DEFAULT false,
                    held       text               -- why the row cannot be written yet
                );
                TRUNCATE inbox
                """);
    }

    /**
     * What is among the rows that came for a table, so that a step that none of them needs is left out.
     *
     * @param deletions whether some are gone from the hub, or from the device's filter
     * @param changed whether some have another version than the first
     * @param asked whether some were asked for by their keys
     * @param large whether some came without their text: they are too large for the memory of this run
     */
    public record Arrived(boolean deletions, boolean changed, boolean asked, boolean large) {
        /** Deletions and nothing else. */
        public static final Arrived DELETIONS = new Arrived(true, false, false, false);

        public Arrived and(Arrived more) {
            return new Arrived(
                    deletions || more.deletions, changed || more.changed, asked || more.asked, large || more.large);
        }

        /** Whether all of them were inserted on the hub since the last pull, as far as their versions tell. */
        public boolean isNew() {
            return !deletions && !changed && !asked && !large;
        }
    }

    /** What came, by the number of the table. */
    public Map<Integer, Arrived> arrived() throws SQLException {
        // Keys and texts are no use to the planner, and most of what there is to read; nor do the others need many
        // rows.
        database.execute("""
                SET LOCAL default_statistics_target = 10;
                ANALYZE inbox (table_id, deleted, leaves, present, contested, held);
                SET LOCAL default_statistics_target = DEFAULT
                """);
        var arrived = new HashMap<Integer, Arrived>();
        database.list(
                """
                SELECT table_id, bool_or(deleted), bool_or(version <> 1), bool_or(xid IS NULL),
                       bool_or(row IS NULL AND NOT deleted)
                FROM inbox
                WHERE table_id > 0
                GROUP BY table_id
                """,
                row -> arrived.put(
                        row.getInt(1),
                        new Arrived(row.getBoolean(2), row.getBoolean(3), row.getBoolean(4), row.getBoolean(5))));
        return arrived;
    }

    /** How many rows came because they changed, and not because they were asked for. */
    public long changes() throws SQLException {
        return database.number("SELECT count(*) FROM inbox WHERE xid IS NOT NULL");
    }

    /** Drops what came because it was asked for. */
    public void dropAsked() throws SQLException {
        database.update("DELETE FROM inbox WHERE xid IS NULL");
    }

    /** Holds rows back that came without their text. */
    public void holdLarge(SyncedTable table) throws SQLException {
        database.update(
                "UPDATE inbox SET held = 'too_large' WHERE table_id = ? AND row IS NULL AND NOT deleted", table.id());
    }

    /** The row that came last in the order of the feed. */
    public Optional<Last> last() throws SQLException {
        Optional<Last> last = last("WHERE ordinal > (SELECT pg_sequence_last_value(s) - 2000"
                + " FROM CAST(pg_get_serial_sequence('inbox', 'ordinal') AS regclass) AS s)");
        return last.isPresent() ? last : last("");
    }

    /** The first column alone is read of the rows that {@code chosen} leaves out. */
    private Optional<Last> last(String chosen) throws SQLException {
        return database.first(
                "SELECT abs(table_id), xid::text, key FROM (SELECT * FROM inbox " + chosen + " OFFSET 0) AS s"
                        + " WHERE xid IS NOT NULL ORDER BY ordinal DESC LIMIT 1",
                row -> new Last(row.getInt(1), row.getString(2), SqlArray.texts(row.getArray(3))));
    }

    /** Keeps in mind that the hub has these rows, or knows of their deletion. */
    public void remember(SyncedTable table) throws SQLException {
        database.update(
                "INSERT INTO offsync.seen (table_id, key) SELECT table_id, key FROM inbox WHERE table_id = ?",
                table.id());
    }

    /** Drops what is known already (a version not above the one that the local row rests on) and returns its number. */
    public long dropKnown(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        return database.update("""
                DELETE FROM inbox AS s
                USING %s AS v
                WHERE s.table_id = ? AND s.xid IS NOT NULL AND %s AND s.version <= v.version AND NOT s.leaves
                """.formatted(table.sidecar(), key.sameAsArray("v", "s.key")), table.id());
    }

    /** Drops what says that a row which was asked for by its key is unknown, and returns the number of such rows. */
    public long dropUnknown(SyncedTable table) throws SQLException {
        return database.update(
                "DELETE FROM inbox WHERE table_id = ? AND xid IS NULL AND deleted AND version = 0", table.id());
    }

    /** Drops rows that were evicted from here and have not changed since, and returns their number. */
    public long dropEvicted(SyncedTable table) throws SQLException {
        return database.update("""
                DELETE FROM inbox AS s
                USING offsync.evicted AS e
                WHERE s.table_id = ? AND e.table_id = s.table_id AND e.key = s.key AND s.version <= e.version AND NOT s.leaves
                """, table.id());
    }

    /** Drops rows that meet one which init was told to leave alone and nobody has changed since; returns their number. */
    public long dropIgnored(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        return database.update(
                """
                DELETE FROM inbox AS s
                USING %s AS v, %s AS t
                WHERE s.table_id = ? AND v.version = 0 AND %s AND %s
                  AND %s NOT IN (SELECT u.key FROM offsync.unfinished AS u WHERE u.table_id = ? AND u.key IS NOT NULL)
                """.formatted(
                                table.sidecar(),
                                table.name().sql(),
                                key.sameAsArray("v", "s.key"),
                                key.sameAsRow("t", "v"),
                                key.text("v")),
                table.id(),
                table.id());
    }

    /**
     * Drops rows that have the content, as far as it is {@code sent}, and the version of the local row, and returns their
     * number.
     *
     * @param all whether to look at every row; else at those only that were asked for by key
     */
    public long dropEqual(SyncedTable table, List<String> sent, boolean all) throws SQLException {
        var key = new KeySql(table.key());
        return database.update(
                """
                DELETE FROM inbox AS s
                USING %s AS t
                LEFT JOIN %s AS v ON %s
                WHERE s.table_id = ? AND (? OR s.xid IS NULL) AND %s AND s.version = coalesce(v.version, 1) AND s.row = %s
                """.formatted(
                                table.name().sql(),
                                table.sidecar(),
                                key.sameAsRow("t", "v"),
                                key.rowSameAsArray("t", "s.key"),
                                image(table, sent, "t")),
                table.id(),
                all);
    }

    /** Makes room for the keys that the hub announces as deleted. */
    public void createDeletions() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS inbox_deletion (table_id integer NOT NULL, key text[] NOT NULL);
                TRUNCATE inbox_deletion
                """);
    }

    /** How many local rows the announced deletions would take. */
    public long announcedDeletes(SyncedTable table) throws SQLException {
        return database.number("SELECT count(*) FROM inbox_deletion AS s JOIN "
                + table.name().sql() + " AS t ON "
                + new KeySql(table.key()).rowSameAsArray("t", "s.key")
                + " WHERE s.table_id = "
                + table.id());
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
     * Whether nothing is pending in the table, and it says by itself, at once, where a row has the key of another: then rows
     * that are new on the hub go in without a look at those that are here.
     */
    public boolean takesNewRows(SyncedTable table) throws SQLException {
        return database.first(
                        """
                        SELECT NOT EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = ?)
                           AND EXISTS (SELECT FROM pg_index AS i
                                       WHERE i.indrelid = to_regclass(?) AND i.indisprimary AND i.indimmediate)
                        """, row -> row.getBoolean(1), table.id(), table.name().sql())
                .orElseThrow();
    }

    /**
     * Locks the local rows that are about to change, then (in the next statement, which sees what the lock waited for)
     * marks those with pending work, and holds back what is too large for a conflict. False where no row of the inbox meets
     * any of this.
     *
     * @param most the bytes that the hub's row, and all that is pending on it here, may take
     */
    public boolean contest(SyncedTable table, long most) throws SQLException {
        var key = new KeySql(table.key());
        long met = database.update("""
                WITH locked AS (
                    SELECT s.ctid AS place FROM %s AS t JOIN inbox AS s ON %s WHERE s.table_id = ? FOR UPDATE OF t
                )
                UPDATE inbox AS s SET present = true FROM locked AS l WHERE s.ctid = l.place
                """.formatted(table.name().sql(), key.rowSameAsArray("t", "s.key")), table.id());
        met += database.update(
                """
                UPDATE inbox AS s
                SET contested = true,
                    held = CASE WHEN greatest(octet_length(s.row), p.bytes) > ? THEN 'too_large' ELSE s.held END
                FROM (
                    SELECT {k}, sum(bytes) AS bytes
                    FROM (
                        SELECT {parsed_key}, coalesce(octet_length(u.old_row), 0) + coalesce(octet_length(u.new_row), 0) AS bytes
                        FROM offsync.unfinished AS u
                        WHERE u.table_id = ? AND u.key IS NOT NULL
                    ) AS u
                    GROUP BY {k}
                ) AS p
                WHERE s.table_id = ? AND {same_p_s}
                """.replace("{k}", key.aliases())
                        .replace("{parsed_key}", key.parsed("u.key"))
                        .replace("{same_p_s}", key.sameAsArray("p", "s.key")),
                most,
                table.id(),
                table.id());
        return met > 0;
    }

    /** The rows that meet pending work. */
    public List<Contested> contested(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        return database.list(
                """
                SELECT s.ordinal, %s, s.version, s.deleted, s.changed_at, s.row
                FROM (
                    SELECT s.*, %s FROM inbox AS s
                    WHERE %s
                ) AS s
                """.formatted(key.text("s"), key.parsedArray("s.key"), MEETING),
                row -> new Contested(
                        row.getLong(1),
                        row.getString(2),
                        row.getLong(3),
                        row.getBoolean(4),
                        DeviceStore.instant(row, 5),
                        row.getString(6)),
                table.id());
    }

    /** Forgets which rows of {@code table} were asked for by their key, as far as they are here. */
    public void forgetWanted(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                """
                DELETE FROM offsync.wanted AS w
                USING (SELECT w.key, %s FROM offsync.wanted AS w WHERE w.table_id = ?) AS v, inbox AS s
                WHERE w.table_id = ? AND w.key = v.key AND s.table_id = ? AND %s
                """.formatted(key.parsedArray("w.key"), key.sameAsArray("v", "s.key")),
                table.id(),
                table.id(),
                table.id());
    }

    /**
     * The rows meet no pending work any more, and are written with the others.
     *
     * @param present whether local rows have their keys now: the one that had it may have moved to another
     */
    public void settle(List<Long> ordinals, boolean present) throws SQLException {
        database.update(
                "UPDATE inbox SET contested = false, present = ? WHERE ordinal = ANY (?::bigint[])", present, ordinals);
    }

    /** How many of the rows that {@link #contested} gave are not settled. */
    public long stillContested(SyncedTable table) throws SQLException {
        return database.number("SELECT count(*) FROM inbox AS s WHERE " + MEETING, table.id());
    }

    /** Notes which rows of {@code table} were held back, so that they are asked for again. */
    public void keepWanted(SyncedTable table) throws SQLException {
        database.update("""
                INSERT INTO offsync.wanted (table_id, key, reason)
                SELECT s.table_id, s.key, s.held
                FROM inbox AS s
                WHERE s.table_id = ? AND s.held IS NOT NULL
                ON CONFLICT DO NOTHING
                """, table.id());
    }

    /** The keys of rows that were held back at an earlier pull, by the number of their table. */
    public Map<Integer, List<List<String>>> wanted(List<SyncedTable> tables) throws SQLException {
        var wanted = new HashMap<Integer, List<List<String>>>();
        database.list(
                "SELECT table_id, key FROM offsync.wanted WHERE table_id = ANY (?::integer[]) ORDER BY table_id, key",
                row -> wanted.computeIfAbsent(row.getInt(1), table -> new ArrayList<>())
                        .add(SqlArray.texts(row.getArray(2))),
                tables.stream().map(SyncedTable::id).toList());
        return wanted;
    }

    /** A business row called {@code alias} as text in the form in which rows arrive: what the hub does not send is NULL. */
    static String image(SyncedTable table, List<String> sent, String alias) {
        return table.columns().stream()
                .map(column -> sent.contains(column) ? alias + "." + TableName.quote(column) : "NULL")
                .collect(Collectors.joining(", ", "ROW(", ")::text"));
    }
}
