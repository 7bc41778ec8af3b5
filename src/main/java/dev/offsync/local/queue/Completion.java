package dev.offsync.local.queue;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the local database notes once the hub has a batch: the versions that the rows rest on now. */
public final class Completion {
    /** The rows that the hub took, and the operations they were made of. */
    public record Taken(long rows, long operations) {}

    private final Database database;

    public Completion(Database database) {
        this.database = database;
    }

    /** Makes room for what the hub did otherwise than expected. */
    public void begin() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS outcome (
                    operation bigint PRIMARY KEY,
                    kind      text NOT NULL,
                    version   bigint
                );
                TRUNCATE outcome
                """);
    }

    /** What the hub made of some of the operations: as many kinds and versions. */
    public void outcomes(List<Long> operations, List<String> kinds, List<@Nullable Long> versions) throws SQLException {
        database.update(
                "INSERT INTO outcome SELECT * FROM unnest(?::bigint[], ?::text[], ?::bigint[])",
                operations,
                kinds,
                versions);
    }

    /**
     * The record_ids of the rows that {@code operations} stand for in the outbox. Nothing for one whose row a person has
     * settled since an earlier run sent the batch: it is no longer part of that.
     */
    public Map<Long, String> recordIds(List<Long> operations) throws SQLException {
        var recordIds = new HashMap<Long, String>();
        if (!operations.isEmpty()) {
            database.list(
                    "SELECT operation, record_id FROM outbox WHERE operation = ANY (?::bigint[])",
                    row -> recordIds.put(row.getLong(1), row.getString(2)),
                    operations);
        }
        return recordIds;
    }

    /**
     * Writes down the new version of every row that the hub took. A row on version 1 needs no entry: that is what a
     * missing one means.
     */
    public void rest(List<SyncedTable> tables) throws SQLException {
        Map<Integer, Kinds> kinds = kinds();
        for (SyncedTable table : tables) {
            Kinds sent = kinds.get(table.id());
            if (sent != null && sent.deleted()) {
                forget(table);
            }
            if (sent != null && sent.written()) {
                restOnHub(table);
            }
        }
    }

    /** Whether the outbox has rows of a table that are deleted, and such that are not. */
    private record Kinds(boolean deleted, boolean written) {}

    private Map<Integer, Kinds> kinds() throws SQLException {
        var kinds = new HashMap<Integer, Kinds>();
        database.list(
                "SELECT table_id, bool_or(row IS NULL), bool_or(row IS NOT NULL) FROM outbox GROUP BY table_id",
                row -> kinds.put(row.getInt(1), new Kinds(row.getBoolean(2), row.getBoolean(3))));
        return kinds;
    }

    private void forget(SyncedTable table) throws SQLException {
        database.update("""
                DELETE FROM {sidecar} AS v
                USING outbox AS o
                WHERE o.table_id = {id} AND o.row IS NULL AND {same_v_o}
                  AND NOT EXISTS (SELECT FROM outcome AS x
                                  WHERE x.operation = o.operation AND x.kind IN ('conflict', 'waits', 'unique_violation', 'foreign_key'))
                """.replace("{sidecar}", table.sidecar())
                .replace("{id}", Integer.toString(table.id()))
                .replace("{same_v_o}", new KeySql(table.key()).sameAsArray("v", "o.key")));
    }

    private void restOnHub(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        database.update("""
                MERGE INTO {sidecar} AS v
                USING (
                    SELECT {parsed_key},
                           CASE x.kind WHEN 'equal' THEN x.version WHEN 'version' THEN x.version + o.operations
                                       ELSE coalesce(NULLIF(o.base_version, 0), {floor}, 0) + o.operations
                           END AS version
                    FROM outbox AS o
                    LEFT JOIN outcome AS x ON x.operation = o.operation
                    WHERE o.table_id = {id} AND o.row IS NOT NULL
                      AND (x.kind IS NULL OR x.kind IN ('equal', 'version'))
                ) AS s ON {same_v_s}
                WHEN MATCHED THEN UPDATE SET version = s.version, synced_at = now()
                WHEN NOT MATCHED AND s.version <> 1 THEN INSERT ({k}, version) VALUES ({s.k}, s.version)
                """.replace("{sidecar}", table.sidecar())
                .replace("{s.k}", key.aliases("s"))
                .replace("{k}", key.aliases())
                .replace("{parsed_key}", key.parsedArray("o.key"))
                .replace("{floor}", "(SELECT version FROM outcome WHERE operation = -" + table.hubTable() + ")")
                .replace("{id}", Integer.toString(table.id()))
                .replace("{same_v_s}", key.same("v", "s")));
    }

    /** Marks rows as synced in tables that say so themselves, unless they were changed again. */
    public void mark(List<SyncedTable> tables) throws SQLException {
        for (SyncedTable table : tables) {
            if (!table.syncColumns()) {
                continue;
            }
            var key = new KeySql(table.key());
            String own = "o.table_id = " + table.id() + " AND " + key.rowSameAsArray("t", "o.key");
            database.execute(
                    "SELECT FROM " + table.name().sql() + " AS t JOIN outbox AS o ON " + own + " FOR UPDATE OF t");
            database.update("UPDATE " + table.name().sql() + " AS t SET sync_status = 'synced', sync_timestamp = now(),"
                    + " version = (SELECT coalesce(max(v.version), 1) FROM " + table.sidecar() + " AS v WHERE "
                    + key.sameAsRow("t", "v") + ") FROM outbox AS o WHERE " + own
                    + " AND NOT EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = " + table.id()
                    + " AND u.key = o.record_id)");
        }
    }

    /** Whether the hub did not take a row that is new: what references it must not go either. */
    public boolean heldInserts() throws SQLException {
        return database.number("""
                        SELECT count(*)
                        FROM outcome AS x
                        JOIN outbox AS o ON o.operation = x.operation
                        WHERE o.base_version = 0 AND x.kind IN ('conflict', 'waits', 'unique_violation', 'foreign_key')
                        """) > 0;
    }

    /** The operations of the batch that are pending still, to be sent again. */
    public List<Long> pending() throws SQLException {
        return database.list("""
                SELECT o.id
                FROM outbox_operation AS o
                JOIN offsync.operation_state AS s ON s.operation_id = o.id
                WHERE s.state = 'pending'
                """, row -> row.getLong(1));
    }

    /** How much of the outbox the hub took; operations that came to nothing need nothing there. */
    public Taken taken() throws SQLException {
        return database.first("""
                        WITH left_out AS (
                            SELECT count(*) AS rows, coalesce(sum(o.operations), 0) AS operations
                            FROM outbox AS o
                            JOIN outcome AS x ON x.operation = o.operation
                            WHERE x.kind IN ('conflict', 'waits', 'unique_violation', 'foreign_key')
                        )
                        SELECT (SELECT count(*) FROM outbox) - l.rows,
                               (SELECT count(*) FROM outbox_operation) - l.operations
                        FROM left_out AS l
                        """, row -> new Taken(row.getLong(1), row.getLong(2)))
                .orElseThrow();
    }
}
