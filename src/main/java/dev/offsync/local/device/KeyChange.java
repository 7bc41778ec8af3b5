package dev.offsync.local.device;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tells the rows of a table by another key from now on: what is known of them, and what waits, goes along. */
final class KeyChange {
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
        moveVersions();
        database.execute("DROP TABLE offsync_former, offsync_rekeyed");
        database.update("DELETE FROM offsync.wanted WHERE table_id = ?", table.id());
        new Cursors(database).reconcile(table, Reconcile.FULL);
    }

    /** An operation whose row says nothing of the new key's columns under their names has the same key in other columns. */
    private void moveOperations() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE offsync_rekeyed ON COMMIT DROP AS
                SELECT u.id, u.key AS former, coalesce({key}, u.key) AS key
                FROM offsync.unfinished AS u
                JOIN offsync.shape AS p ON p.id = u.shape_id
                CROSS JOIN LATERAL offsync.row_to_json(
                    CASE WHEN u.columns IS NULL THEN p.columns
                         ELSE ARRAY(SELECT jsonb_array_elements_text(u.columns)) END,
                    coalesce(u.new_row, u.old_row)) AS row
                WHERE u.table_id = {id} AND u.key IS NOT NULL
                """.replace("{id}", Integer.toString(table.id())).replace("{key}", keyOfJson()));
        database.execute("UPDATE offsync.journal AS j SET key = r.key FROM offsync_rekeyed AS r WHERE r.id = j.id");
        database.execute(
                "UPDATE offsync.operation_state AS o SET key = r.key FROM offsync_rekeyed AS r WHERE r.id = o.operation_id");
        database.update("""
                UPDATE offsync.conflict_log AS c
                SET record_id = r.key
                FROM offsync_rekeyed AS r
                WHERE r.id = c.operation_id AND NOT c.resolved AND c.table_name = ?
                """, table.name().display());
    }

    private String keyOfJson() {
        List<String> values = table.key().stream()
                .map(column -> "row ->> '" + column.name().replace("'", "''") + "'")
                .toList();
        return values.size() == 1
                ? values.get(0)
                : "CASE WHEN num_nulls(" + String.join(", ", values) + ") = 0 THEN json_build_array("
                        + String.join(", ", values) + ")::text END";
    }

    private void moveVersions() throws SQLException {
        var formerKey = new KeySql(former.key());
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
            move(key.selected("t."), table.name().sql() + " AS t ON " + same);
        }
        move(key.parsed("r.key"), "offsync_rekeyed AS r ON r.former = " + formerKey.text("f"));
    }

    private void move(String keys, String join) throws SQLException {
        database.update("INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version, synced_at) SELECT " + keys
                + ", f.version, f.synced_at FROM offsync_former AS f JOIN " + join + " ON CONFLICT DO NOTHING");
    }
}
