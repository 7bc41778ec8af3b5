package dev.offsync.hub;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What changed on the hub since a snapshot. Transactions commit in another order than they begin, so a change is new if
 * its transaction is visible now and was not in the snapshot of the last pull; a transaction that stays open for long
 * delays nothing but itself.
 *
 * <p>Rows come table by table, changes in the order of their transactions and whole tables in that of their keys: so a
 * pull in chunks goes on after the row that came last, and either order is one that an index gives.
 */
public final class ChangeFeed {
    /**
     * A table as the device reads it.
     *
     * @param cursor the snapshot of the last pull; null: every row comes
     * @param gone without a cursor: also tombstones, and the keys of rows outside the device's filter
     * @param after the row after which to go on; null: from the beginning
     * @param wanted keys of rows that come in any case
     */
    public record Source(
            SyncedTable table,
            @Nullable String cursor,
            boolean gone,
            @Nullable After after,
            List<List<String>> wanted) {}

    /** The row that came last: its transaction and its key. */
    public record After(String xid, List<String> key) {}

    /**
     * What a feed is read in.
     *
     * @param purgedThrough deletions of transactions before this one may be forgotten
     * @param purgeDue whether it is time to forget some again
     */
    public record Moment(String snapshot, String purgedThrough, boolean purgeDue) {}

    /** Bytes of a sidecar: some ten thousand rows. */
    private static final long WORTH_A_TURN = 1 << 20;

    private final Database database;

    public ChangeFeed(Database database) {
        this.database = database;
    }

    /**
     * Opens the transaction that everything is read in. Without parallel workers the tables come one after the other.
     */
    public Moment begin() throws SQLException {
        return database.first(
                        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n" + OutputSettings.forHubTransaction()
                                + Hub.COMPILE_NOTHING
                                + "SET LOCAL max_parallel_workers_per_gather = 0;\n"
                                + """
                                SELECT pg_current_snapshot()::text, h.purged_through::text,
                                       coalesce(h.tended_at <= clock_timestamp() - h.tend_every, true)
                                FROM offsync.hub AS h
                                """,
                        row -> new Moment(row.getString(1), row.getString(2), row.getBoolean(3)))
                .orElseThrow();
    }

    public void end() throws SQLException {
        database.execute("COMMIT");
    }

    /**
     * The COPY of the first {@code limit} changes of {@code sources} that {@code device} did not make itself, as the inbox
     * takes them, and of all rows that are asked for by their keys. A row of more than {@code largest} bytes comes without
     * its text.
     */
    public static String copy(int device, List<Source> sources, Filters filters, long limit, long largest) {
        return sources.stream()
                        .map(source -> changes(device, source, filters, largest, limit))
                        .collect(Collectors.joining("UNION ALL\n", "COPY ((SELECT * FROM (\n", ""))
                + ") AS change LIMIT " + limit + ")\n"
                + sources.stream()
                        .filter(source -> !source.wanted().isEmpty())
                        .map(source -> "UNION ALL\n" + wanted(device, source, filters, largest))
                        .collect(Collectors.joining())
                + ") TO STDOUT";
    }

    /**
     * The COPY of the first {@code limit} rows of a table without a filter that the device has nothing of, in the order of
     * their keys: version, transaction, key, whether the row is there as a whole (null: the role does not see it), and its
     * values. Texts that together could be of more than {@code largest} bytes are left out.
     *
     * @param texts the columns that decide how large a row is
     */
    public static String copyRows(Source source, List<String> columns, List<String> texts, long limit, long largest) {
        SyncedTable table = source.table();
        var key = new KeySql(table.key());
        UnaryOperator<String> fits =
                text -> "coalesce(octet_length(t." + TableName.quote(text) + "::text), 0) <= " + largest / texts.size();
        String whole = texts.isEmpty() ? "true" : texts.stream().map(fits).collect(Collectors.joining(" AND "));
        String values = columns.stream()
                .map(column -> texts.contains(column)
                        ? "CASE WHEN " + fits.apply(column) + " THEN t." + TableName.quote(column) + " END"
                        : "t." + TableName.quote(column))
                .collect(Collectors.joining(", "));
        After after = source.after();
        return """
                COPY (
                    SELECT r.version, r.xid, %1$s, CASE WHEN %2$s IS NOT NULL THEN %3$s END, %4$s
                    FROM (SELECT * FROM offsync.row_%5$d AS r WHERE NOT r.deleted%6$s ORDER BY %7$s LIMIT %8$d) AS r
                    LEFT JOIN LATERAL (SELECT * FROM %9$s AS t WHERE %10$s OFFSET 0) AS t ON true
                    ORDER BY %7$s
                ) TO STDOUT
                """.formatted(
                        key.array("r"),
                        anyOfKey(table),
                        whole,
                        values,
                        table.hubTable(),
                        after == null ? "" : " AND " + key.comesAfter("r", after.key()),
                        key.aliases("r"),
                        limit,
                        table.name().sql(),
                        key.sameAsRow("t", "r"));
    }

    /** Whether a table has so many rows that it is worth a turn to ask. */
    public boolean isLarge(SyncedTable table) throws SQLException {
        return database.number("SELECT pg_relation_size('offsync.row_" + table.hubTable() + "') / ?", WORTH_A_TURN) > 0;
    }

    /** The COPY of the keys that {@code sources} have as deleted, each behind the number of its table. */
    public static String copyDeletions(int device, List<Source> sources, Filters filters) {
        return union(sources, source -> deletions(device, source, filters)) + ") AS change) TO STDOUT";
    }

    /**
     * The COPY of the marks of everything that changed since the source's cursor, rows included that the role may not see:
     * the number of the table, mark, version, whether deleted, and when.
     */
    public static String copyMarks(int device, Source source) {
        return "COPY (SELECT " + source.table().id() + ", m.mark, m.version, m.deleted, m.changed_at FROM"
                + " offsync.marked_changes(" + device + ", " + source.table().hubTable() + ", '" + source.cursor()
                + "'::pg_snapshot) AS m) TO STDOUT";
    }

    /** What the hub hashes keys with for this device. */
    public String markSecret(int device) throws SQLException {
        return database.first(
                        "SELECT mark_secret::text FROM offsync.my_device WHERE id = ?", row -> row.getString(1), device)
                .orElseThrow();
    }

    /** The positions in {@code keys}, from 0, of the rows that the role sees. */
    public List<Integer> seen(SyncedTable table, List<List<String>> keys) throws SQLException {
        var key = new KeySql(table.key());
        return database.list(
                """
                SELECT w.position - 1
                FROM (
                    SELECT e.position, %s
                    FROM (
                        SELECT j.position, ARRAY(SELECT jsonb_array_elements_text(j.key)) AS key
                        FROM jsonb_array_elements(?::jsonb) WITH ORDINALITY AS j(key, position)
                    ) AS e
                ) AS w
                WHERE EXISTS (SELECT FROM %s AS t WHERE %s)
                """.formatted(key.parsedArray("e.key"), table.name().sql(), key.sameAsRow("t", "w")),
                row -> row.getInt(1),
                keys.stream().map(JsonText::array).collect(Collectors.joining(",", "[", "]")));
    }

    private static String union(List<Source> sources, Function<Source, String> select) {
        return sources.stream().map(select).collect(Collectors.joining("UNION ALL\n", "COPY (SELECT * FROM (\n", ""));
    }

    private static String changes(int device, Source source, Filters filters, long largest, long limit) {
        SyncedTable table = source.table();
        String due = due(device, source, filters);
        return source.cursor() != null && !filters.restricts(table)
                ? changed(source, due, largest, limit)
                : "(" + row(source, "r.xid", largest) + from(source, filters, "") + "WHERE " + due + " AND "
                        + visible(table) + "ORDER BY " + (source.cursor() == null ? "" : "r.xid, ")
                        + new KeySql(table.key()).aliases("r") + ")\n";
    }

    /** The rows that are asked for by their keys, but for those that changed: they come anyway. */
    private static String wanted(int device, Source source, Filters filters, long largest) {
        SyncedTable table = source.table();
        var key = new KeySql(table.key());
        String chosen = source.wanted().stream()
                .map(key::values)
                .collect(Collectors.joining(
                        ", ", "JOIN (VALUES ", ") AS w (" + key.aliases() + ") ON " + key.same("r", "w") + "\n"));
        return row(source, "NULL::xid8", largest) + from(source, filters, chosen) + "WHERE ("
                + due(device, source, filters) + ") IS NOT TRUE AND " + visible(table) + "UNION ALL\n"
                + unknown(source);
    }

    /** Rows that are asked for and of which there is no trace any more: they are gone, with version 0. */
    private static String unknown(Source source) {
        SyncedTable table = source.table();
        var key = new KeySql(table.key());
        return """
                SELECT %d, %s, 0, true, NULL, false, NULL, NULL FROM (VALUES %s) AS w (%s)
                WHERE NOT EXISTS (SELECT FROM offsync.row_%d AS r WHERE %s)
                  AND NOT EXISTS (SELECT FROM %s AS t WHERE %s)
                """.formatted(
                        table.id(),
                        key.array("w"),
                        source.wanted().stream().map(key::values).collect(Collectors.joining(", ")),
                        key.aliases(),
                        table.hubTable(),
                        key.same("r", "w"),
                        table.name().sql(),
                        key.sameAsRow("t", "w"));
    }

    /**
     * The changes of a table without a filter: the first {@code limit} entries of the sidecar and then their rows, because
     * a plan that joined and sorted all that is due would do so again for every chunk. A row that the role does not see
     * counts as one of them, and comes as its key under the negative number of its table.
     */
    private static String changed(Source source, String due, long largest, long limit) {
        SyncedTable table = source.table();
        var key = new KeySql(table.key());
        return """
                (SELECT CASE WHEN r.deleted OR t.row IS NOT NULL THEN %1$d ELSE -%1$d END, %2$s, r.version, r.deleted,
                        r.changed_at, false, r.xid, CASE WHEN octet_length(t.row) <= %3$d THEN t.row END
                 FROM (SELECT * FROM offsync.row_%4$d AS r WHERE %5$s ORDER BY r.xid, %6$s LIMIT %7$d) AS r
                 LEFT JOIN LATERAL (
                     SELECT (t.*)::text AS row FROM %8$s AS t WHERE NOT r.deleted AND %9$s OFFSET 0
                 ) AS t ON true
                 ORDER BY r.xid, %6$s)
                """.formatted(
                        table.id(),
                        key.array("r"),
                        largest,
                        table.hubTable(),
                        due,
                        key.aliases("r"),
                        limit,
                        table.name().sql(),
                        key.sameAsRow("t", "r"));
    }

    /** Without OFFSET 0 the row would become text twice. */
    private static String row(Source source, String xid, long largest) {
        return """
                SELECT %d, %s, r.version, r.deleted OR NOT f.inside, r.changed_at, NOT r.deleted AND NOT f.inside, %s,
                       CASE WHEN f.inside THEN (SELECT x.row FROM (SELECT (t.*)::text AS row OFFSET 0) AS x
                                                WHERE octet_length(x.row) <= %d) END
                """.formatted(source.table().id(), new KeySql(source.table().key()).array("r"), xid, largest);
    }

    private static String deletions(int device, Source source, Filters filters) {
        return "SELECT " + source.table().id() + ", "
                + new KeySql(source.table().key()).array("r") + "\n" + from(source, filters, "") + "WHERE "
                + due(device, source, filters) + " AND r.deleted\n";
    }

    /** @param chosen a join that leaves rows out, or nothing */
    private static String from(Source source, Filters filters, String chosen) {
        SyncedTable table = source.table();
        return """
                FROM offsync.row_%d AS r
                %sLEFT JOIN %s AS t ON NOT r.deleted AND %s%s
                CROSS JOIN LATERAL (SELECT %s AS inside) AS f
                """.formatted(
                table.hubTable(),
                chosen,
                table.name().sql(),
                new KeySql(table.key()).sameAsRow("t", "r"),
                // What follows from the condition on r; said again, it lets a merge begin in the middle.
                source.cursor() == null && source.after() != null
                        ? " AND "
                                + new KeySql(table.key())
                                        .rowComesAfter("t", source.after().key())
                        : "",
                filters.inside(table, "t"));
    }

    /** Leaves out rows that the role may not see. */
    private static String visible(SyncedTable table) {
        return "(r.deleted OR " + anyOfKey(table) + " IS NOT NULL)\n";
    }

    private static String anyOfKey(SyncedTable table) {
        return "t."
                + TableName.quote(
                        table.key().stream().map(KeyColumn::name).findFirst().orElseThrow());
    }

    static String due(int device, Source source, Filters filters) {
        if (source.cursor() == null) {
            String all = source.gone() ? "true" : "NOT r.deleted AND f.inside";
            return source.after() == null
                    ? all
                    : all + " AND "
                            + new KeySql(source.table().key())
                                    .comesAfter("r", source.after().key());
        }
        String changed =
                "r.xid >= pg_snapshot_xmin('%1$s'::pg_snapshot) AND NOT pg_visible_in_snapshot(r.xid, '%1$s'::pg_snapshot)"
                        .formatted(source.cursor());
        String due = !filters.restricts(source.table())
                ? changed + " AND r.origin IS DISTINCT FROM " + device
                : "(" + changed + " AND (r.origin IS DISTINCT FROM " + device + " OR NOT f.inside) OR "
                        + filters.reached(source.table(), "t", changed) + ")";
        After after = source.after();
        return after == null
                ? due
                : due + " AND r.xid >= '" + after.xid() + "'::xid8 AND (r.xid > '" + after.xid() + "'::xid8 OR "
                        + new KeySql(source.table().key()).comesAfter("r", after.key()) + ")";
    }
}
