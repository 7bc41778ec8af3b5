package dev.offsync.local.compare;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.RowHash;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The device's side of a comparison by buckets, of one table. Rows that wait for a push, a pull or a decision are left out.
 * Works within the caller's transaction, which reads one snapshot under {@link dev.offsync.pg.OutputSettings}.
 */
public final class LocalComparison {
    /** Rows of a bucket: how many, and the sum of their hashes. */
    public record Bucket(long rows, String sum) {}

    /** Where the hub's keys arrive, with the hashes of their rows. */
    public static final String COPY_IN = "COPY verify_hub (key, hash) FROM STDIN";

    public static final String COPY_KEYS_IN = "COPY verify_hub (key) FROM STDIN";

    private final Database database;
    private final SyncedTable table;
    private final List<String> sent;
    private final KeySql key;

    /** @param sent the columns that travel */
    public LocalComparison(Database database, SyncedTable table, List<String> sent) {
        this.database = database;
        this.table = table;
        this.sent = sent;
        this.key = new KeySql(table.key());
    }

    /** Makes room for what the hub sends, and gathers the keys that the device leaves out. */
    public void begin() throws SQLException {
        database.execute("CREATE TEMP TABLE IF NOT EXISTS verify_hub (key text[] NOT NULL, hash bigint);\n"
                + "TRUNCATE verify_hub;\nDROP TABLE IF EXISTS verify_left_out;\n"
                // A sidecar's 0 without pending work: rows that init was told to ignore.
                + "CREATE TEMP TABLE verify_left_out AS SELECT DISTINCT " + key.aliases() + " FROM (\nSELECT "
                + key.parsed("u.key") + " FROM offsync.unfinished AS u WHERE u.key IS NOT NULL AND u.table_id = "
                + table.id() + "\nUNION ALL SELECT " + key.parsedArray("w.key")
                + " FROM offsync.wanted AS w WHERE w.table_id = " + table.id() + "\nUNION ALL SELECT " + key.aliases()
                + " FROM " + table.sidecar() + " WHERE version = 0\nUNION ALL SELECT " + key.parsedArray("e.key")
                + " FROM offsync.evicted AS e WHERE e.table_id = " + table.id() + " AND NOT EXISTS (SELECT FROM "
                + table.name().sql() + " AS t WHERE " + key.rowSameAsArray("t", "e.key") + ")) AS l");
    }

    /** The keys that are left out so far, at most {@code limit} of them. */
    public List<List<String>> leftOut(int limit) throws SQLException {
        return database.list(
                "SELECT " + key.array("l") + " FROM verify_left_out AS l LIMIT " + limit,
                row -> SqlArray.texts(row.getArray(1)));
    }

    /** Leaves out the keys, too, that arrived from the hub, and returns how many are left out in all. */
    public long leaveOutArrived() throws SQLException {
        database.update("INSERT INTO verify_left_out SELECT " + key.parsedArray("h.key")
                + " FROM verify_hub AS h EXCEPT SELECT " + key.aliases() + " FROM verify_left_out");
        database.execute("TRUNCATE verify_hub; ANALYZE verify_left_out");
        return database.number("SELECT count(*) FROM verify_left_out");
    }

    /** How many rows are compared. */
    public long rows() throws SQLException {
        return database.number("SELECT count(*) FROM " + table.name().sql() + " AS t WHERE " + notLeftOut());
    }

    public Map<Integer, Bucket> buckets(int buckets) throws SQLException {
        var found = new HashMap<Integer, Bucket>();
        database.list(
                "SELECT " + RowHash.bucketOf(table.key(), "t", buckets) + " AS bucket, count(*), sum("
                        + RowHash.ofRow(sent, "t") + ")::text FROM "
                        + table.name().sql() + " AS t WHERE " + notLeftOut() + " GROUP BY bucket",
                row -> found.put(row.getInt(1), new Bucket(row.getLong(2), row.getString(3))));
        return found;
    }

    /** Compares the rows in {@code chosen} buckets with those of the hub that arrived. */
    public void compare(int buckets, List<Integer> chosen) throws SQLException {
        database.execute("ANALYZE verify_hub");
        database.update("""
                INSERT INTO verify_difference (table_id, key, record_id, kind)
                SELECT {id}, {key}, {record_id},
                       CASE WHEN here.hash IS NULL THEN 'missing_local'
                            WHEN there.hash IS NULL THEN 'missing_remote'
                            ELSE 'differs' END
                FROM (SELECT {key_of_t}, {hash} AS hash FROM {table} AS t
                      WHERE {bucket} IN ({chosen}) AND {not_left_out}) AS here
                FULL JOIN (SELECT * FROM (SELECT {key_of_h}, h.hash FROM verify_hub AS h) AS t
                           WHERE {not_left_out_there}) AS there ON {same}
                WHERE here.hash IS DISTINCT FROM there.hash
                """.replace("{id}", Integer.toString(table.id()))
                .replace("{key}", "ARRAY[" + either() + "]")
                .replace("{record_id}", recordId())
                .replace("{key_of_t}", key.selected("t."))
                .replace("{key_of_h}", key.parsedArray("h.key"))
                .replace("{hash}", RowHash.ofRow(sent, "t"))
                .replace("{table}", table.name().sql())
                .replace("{bucket}", RowHash.bucketOf(table.key(), "t", buckets))
                .replace("{chosen}", chosen.stream().map(String::valueOf).collect(Collectors.joining(", ")))
                .replace("{not_left_out}", notLeftOut())
                .replace(
                        "{not_left_out_there}",
                        "NOT EXISTS (SELECT FROM verify_left_out AS l WHERE " + key.same("t", "l") + ")")
                .replace("{same}", key.same("here", "there")));
    }

    private String recordId() {
        return key.columns().size() == 1 ? either() : "json_build_array(" + either() + ")::text";
    }

    private String either() {
        return key.each(", ", i -> "coalesce(here.k" + (i + 1) + ", there.k" + (i + 1) + ")::text");
    }

    private String notLeftOut() {
        return "NOT EXISTS (SELECT FROM verify_left_out AS l WHERE " + key.sameAsRow("t", "l") + ")";
    }

    /** Opens a cursor over the rows that are compared, for {@link #next}. */
    public void openRows() throws SQLException {
        database.execute("DECLARE verify_rows NO SCROLL CURSOR FOR SELECT " + key.arrayOfRow("t") + ", "
                + key.textOfRow("t") + ", " + RowHash.ofRow(sent, "t") + " FROM "
                + table.name().sql()
                + " AS t WHERE " + notLeftOut());
    }

    /** A row of the device. */
    public record Compared(List<String> key, String recordId, long hash) {}

    /** The next rows of the cursor, up to {@code limit}; none at the end, where it is closed. */
    public List<Compared> next(int limit) throws SQLException {
        List<Compared> rows = database.list(
                "FETCH " + limit + " FROM verify_rows",
                row -> new Compared(SqlArray.texts(row.getArray(1)), row.getString(2), row.getLong(3)));
        if (rows.isEmpty()) {
            database.execute("CLOSE verify_rows");
        }
        return rows;
    }
}
