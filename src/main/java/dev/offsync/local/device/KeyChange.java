package dev.offsync.local.device;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlLiteral;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tells the rows of a table by another key from now on: what is known of them, and what waits, goes along. */
final class KeyChange {
    /** Former keys of what is more than one row by the new key. */
    private static final String PARTED = """
            SELECT p.former FROM offsync_rekeyed AS p
            GROUP BY p.former
            HAVING min(least(p.base, p.key)) <> max(greatest(p.base, p.key))""";

    private final Database database;
    private final SyncedTable former;
    private final SyncedTable table;
    private final KeySql key;

    KeyChange(Database database, SyncedTable former, SyncedTable table) {
        this.database = database;
        this.former = former;
        this.table = table;
        this.key = new KeySql(table.key());
    }

    void adopt() throws SQLException {
        database.execute("CREATE TEMP TABLE offsync_former ON COMMIT DROP AS SELECT * FROM " + table.sidecar()
                + "; DROP TABLE " + table.sidecar());
        database.execute(LocalSchema.sidecar(table));
        moveOperations();
        moveConflicts();
        splitOperations();
        moveVersions();
        database.execute("DROP TABLE offsync_former, offsync_rekeyed");
        database.update("DELETE FROM offsync.wanted WHERE table_id = ?", table.id());
        new Cursors(database).reconcile(table, Reconcile.FULL);
    }

    /**
     * An operation whose row says nothing of the new key's columns under their names has the same key in other columns. One
     * that changed such a column led from a row of another key, {@code base}.
     */
    private void moveOperations() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE offsync_rekeyed ON COMMIT DROP AS
                SELECT r.*, CASE WHEN r.operation = 'U' AND r.base <> r.key THEN nextval('offsync.operation_id') END AS deletion
                FROM (
                    SELECT u.id, u.operation, u.key AS former, coalesce({key}, u.key) AS key,
                           coalesce({old_key}, {key}, u.key) AS base
                    FROM offsync.unfinished AS u
                    JOIN offsync.shape AS p ON p.id = u.shape_id
                    CROSS JOIN LATERAL (
                        SELECT CASE WHEN u.columns IS NULL THEN p.columns
                                    ELSE ARRAY(SELECT jsonb_array_elements_text(u.columns)) END AS columns
                    ) AS c
                    CROSS JOIN LATERAL offsync.row_to_json(c.columns, coalesce(u.new_row, u.old_row)) AS latest
                    CROSS JOIN LATERAL offsync.row_to_json(c.columns, u.old_row) AS earlier
                    WHERE u.table_id = {id} AND u.key IS NOT NULL
                ) AS r
                """.replace("{id}", Integer.toString(table.id()))
                .replace("{key}", keyOfJson("latest"))
                .replace("{old_key}", keyOfJson("earlier")));
        database.execute("UPDATE offsync.journal AS j SET key = r.key FROM offsync_rekeyed AS r WHERE r.id = j.id");
        database.execute(
                "UPDATE offsync.operation_state AS o SET key = r.key FROM offsync_rekeyed AS r WHERE r.id = o.operation_id");
    }

    /** What was one row is two now: they meet the hub anew. Other conflicts go along with their row. */
    private void moveConflicts() throws SQLException {
        database.update("""
                UPDATE offsync.conflict_log AS c
                SET resolved = true, resolved_at = clock_timestamp(), resolution = 'dissolved', resolved_by = 'offsync',
                    resolved_data = c.local_data, message = 'the table has another key now, and the row is another one by it'
                WHERE NOT c.resolved AND c.table_name = ?
                  AND c.record_id IN ({parted})
                """.replace("{parted}", PARTED), table.name().display());
        database.execute("""
                UPDATE offsync.operation_state AS o
                SET state = 'pending', batch = NULL
                FROM offsync_rekeyed AS r
                WHERE o.operation_id = r.id AND o.state = 'conflict'
                  AND r.former IN ({parted})
                """.replace("{parted}", PARTED));
        database.update("""
                UPDATE offsync.conflict_log AS c
                SET record_id = r.key
                FROM offsync_rekeyed AS r
                WHERE r.former = c.record_id AND NOT c.resolved AND c.table_name = ?
                """, table.name().display());
    }

    /** An update that is one of the new key, too, is a deletion of one row and an insert of another. */
    private void splitOperations() throws SQLException {
        database.execute("""
                INSERT INTO offsync.journal (id, xid, table_id, shape_id, operation, key, old_row, columns, changed_at)
                SELECT r.deletion, j.xid, j.table_id, j.shape_id, 'D', r.base, j.old_row, j.columns, j.changed_at
                FROM offsync_rekeyed AS r
                JOIN offsync.journal AS j ON j.id = r.id
                WHERE r.deletion IS NOT NULL
                """);
        database.execute("""
                UPDATE offsync.journal AS j
                SET operation = 'I', old_row = NULL
                FROM offsync_rekeyed AS r
                WHERE r.id = j.id AND r.deletion IS NOT NULL
                """);
        database.execute("""
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, parked_by)
                SELECT r.deletion, o.xid, o.table_id, r.base, 'pending',
                       CASE WHEN o.state = 'failed' OR o.state = 'pending' AND o.retry_count > 0 THEN o.operation_id
                            ELSE o.parked_by END
                FROM offsync_rekeyed AS r
                JOIN offsync.operation_state AS o ON o.operation_id = r.id
                WHERE r.deletion IS NOT NULL
                """);
    }

    /** The new key's one text from the JSON of a row; NULL where it lacks a part. */
    private String keyOfJson(String json) {
        List<String> values = table.key().stream()
                .map(column -> json + " ->> " + SqlLiteral.of(column.name()))
                .toList();
        return values.size() == 1
                ? values.get(0)
                : "CASE WHEN num_nulls(" + String.join(", ", values) + ") = 0 THEN json_build_array("
                        + String.join(", ", values) + ")::text END";
    }

    /** What a version stands for is the row as it was before the first operation that waits. */
    private void moveVersions() throws SQLException {
        String formerKey = new KeySql(former.key()).text("f");
        move(
                key.parsed("r.base"),
                "(SELECT DISTINCT ON (former) former, base FROM offsync_rekeyed ORDER BY former, id) AS r ON r.former = "
                        + formerKey);
        List<String> now = database.list(
                "SELECT attname FROM pg_attribute WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped",
                row -> row.getString(1),
                table.name().sql());
        boolean there = former.key().stream().allMatch(column -> now.contains(column.name()));
        if (there || former.key().size() == table.key().size()) {
            List<KeyColumn> columns = there ? former.key() : table.key();
            String same = IntStream.range(0, columns.size())
                    .mapToObj(i -> "t." + TableName.quote(columns.get(i).name()) + "::text = f.k" + (i + 1) + "::text")
                    .collect(Collectors.joining(" AND "));
            String idle = " AND NOT EXISTS (SELECT FROM offsync_rekeyed AS r WHERE r.former = " + formerKey + ")";
            move(key.selected("t."), table.name().sql() + " AS t ON " + same + idle);
        }
    }

    private void move(String keys, String join) throws SQLException {
        database.update("INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version, synced_at) SELECT " + keys
                + ", f.version, f.synced_at FROM offsync_former AS f JOIN " + join + " ON CONFLICT DO NOTHING");
    }
}
