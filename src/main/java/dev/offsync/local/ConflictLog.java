package dev.offsync.local;

import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.Row;
import dev.offsync.model.RowName;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.RelatedRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Every conflict there was, settled or not, with both rows, their base and the clocks. */
public final class ConflictLog {
    /** How a conflict ended: {@code data} is the row that both sides will have, null for a deletion. */
    public record Ending(
            String resolution,
            @Nullable Row data,
            String by,
            @Nullable String message) {}

    /** What was measured and what happened since. */
    public record Background(
            @Nullable Long clockSkewMs,
            @Nullable Instant undoneAt,
            @Nullable String undoneBy) {}

    private static final String SELECT = """
            SELECT id, table_name, record_id, conflict_type, base_data::text, local_data::text, remote_data::text,
                   local_changed_at, remote_changed_at, local_version, remote_version, strategy, created_at, resolved,
                   resolution, resolved_data::text, resolved_at, resolved_by, message, related::text
            FROM offsync.conflict_log
            """;

    private final Database database;

    public ConflictLog(Database database) {
        this.database = database;
    }

    /** Notes an open conflict; one that is open on the row already follows both sides' newest state. */
    public long open(Conflict conflict, @Nullable String strategy, String message) throws SQLException {
        return open(conflict, List.of(), strategy, message);
    }

    /** Notes an open conflict that is about other rows, too. */
    public long open(Conflict conflict, List<RelatedRow> related, @Nullable String strategy, String message)
            throws SQLException {
        return database.number(
                """
                INSERT INTO offsync.conflict_log AS c (table_name, record_id, conflict_type, base_data, local_data,
                    remote_data, local_version, remote_version, local_changed_at, remote_changed_at, clock_skew_ms,
                    strategy, message, related)
                VALUES (?, ?, ?, ?::jsonb, ?::jsonb, ?::jsonb, ?, ?, ?::timestamptz, ?::timestamptz,
                        (SELECT clock_skew_ms FROM offsync.device), ?, ?, ?::jsonb)
                ON CONFLICT (table_name, record_id) WHERE NOT resolved DO UPDATE
                SET conflict_type = excluded.conflict_type, local_data = excluded.local_data,
                    remote_data = excluded.remote_data, local_version = excluded.local_version,
                    remote_version = excluded.remote_version, local_changed_at = excluded.local_changed_at,
                    remote_changed_at = excluded.remote_changed_at, message = excluded.message,
                    related = excluded.related,
                    strategy = CASE c.conflict_type WHEN excluded.conflict_type THEN c.strategy
                                                    ELSE coalesce(excluded.strategy, c.strategy) END
                RETURNING id
                """,
                conflict.table().display(),
                conflict.recordId(),
                conflict.type().word(),
                JsonText.object(conflict.base()),
                JsonText.object(conflict.local()),
                JsonText.object(conflict.remote()),
                conflict.localVersion(),
                conflict.remoteVersion(),
                text(conflict.localChangedAt()),
                text(conflict.remoteChangedAt()),
                strategy,
                message,
                RelatedRows.json(related));
    }

    public void close(long id, Ending ending) throws SQLException {
        database.update("""
                UPDATE offsync.conflict_log
                SET resolved = true, resolved_at = clock_timestamp(), resolution = ?, resolved_data = ?::jsonb,
                    resolved_by = ?, message = coalesce(?, message)
                WHERE id = ?
                """, ending.resolution(), JsonText.object(ending.data()), ending.by(), ending.message(), id);
    }

    public Background background(long id) throws SQLException {
        return database.first(
                        "SELECT clock_skew_ms, undone_at, undone_by FROM offsync.conflict_log WHERE id = ?",
                        row -> new Background(
                                row.getObject(1, Long.class), DeviceStore.instant(row, 2), row.getString(3)),
                        id)
                .orElseThrow();
    }

    /** When and by whom the conflict was undone, if it was: "2026-11-23 09:00:00+00 by anna". */
    public Optional<String> undone(long id) throws SQLException {
        return database.first(
                "SELECT date_trunc('second', undone_at) || ' by ' || undone_by FROM offsync.conflict_log WHERE id = ?",
                row -> row.getString(1),
                id);
    }

    public void undo(long id, String by) throws SQLException {
        database.update(
                "UPDATE offsync.conflict_log SET undone_at = clock_timestamp(), undone_by = ? WHERE id = ?", by, id);
    }

    /** The conflicts that match, oldest first; null matches every table or type. */
    public List<ConflictEntry> list(@Nullable String table, @Nullable String type, boolean all) throws SQLException {
        return database.list(SELECT + """
                WHERE (?::text IS NULL OR table_name = ?) AND (?::text IS NULL OR conflict_type = ?) AND (? OR NOT resolved)
                ORDER BY id
                """, ConflictLog::read, table, table, type, type, all);
    }

    public Optional<ConflictEntry> find(long id) throws SQLException {
        return database.first(SELECT + "WHERE id = ?", ConflictLog::read, id);
    }

    /** The conflict that is open on a row. */
    public Optional<ConflictEntry> openOn(TableName table, String recordId) throws SQLException {
        return database.first(
                SELECT + "WHERE table_name = ? AND record_id = ? AND NOT resolved",
                ConflictLog::read,
                table.display(),
                recordId);
    }

    /** Those of the rows on which a conflict is open, by their record_id. */
    public Set<String> openOn(TableName table, List<String> recordIds) throws SQLException {
        return Set.copyOf(database.list("""
                SELECT record_id
                FROM offsync.conflict_log
                WHERE table_name = ? AND record_id = ANY (?::text[]) AND NOT resolved
                """, row -> row.getString(1), table.display(), recordIds));
    }

    /** The text of the row's key in the conflict that is open on it; both sides may have written an equal key anew. */
    public String spelling(SyncedTable table, String recordId) throws SQLException {
        var key = new KeySql(table.key());
        if (key.hasOneSpelling()) {
            return recordId;
        }
        return database.first(
                        """
                        SELECT s.record_id
                        FROM (
                            SELECT l.record_id, %s
                            FROM offsync.conflict_log AS l
                            WHERE l.table_name = ? AND NOT l.resolved
                        ) AS s, %s AS k
                        WHERE %s
                        """.formatted(key.parsed("l.record_id"), key.ofArgument(), key.same("s", "k")),
                        row -> row.getString(1),
                        table.name().display(),
                        recordId)
                .orElse(recordId);
    }

    /** The conflict that was last found on a row. */
    public Optional<ConflictEntry> lastOn(TableName table, String recordId) throws SQLException {
        return database.first(
                SELECT + "WHERE table_name = ? AND record_id = ? ORDER BY id DESC LIMIT 1",
                ConflictLog::read,
                table.display(),
                recordId);
    }

    /**
     * The hub's row that an earlier decision let the local one stand over, if no push has carried that decision out yet:
     * what is changed here and there since was changed from this row.
     *
     * @param version the hub version that the local row rests on
     */
    public Optional<Row> keptOver(TableName table, String recordId, long version) throws SQLException {
        return Optional.ofNullable(keptOver(table, Map.of(recordId, version)).get(recordId));
    }

    /** As {@link #keptOver(TableName, String, long)}, of many rows; those that there is such a row for. */
    public Map<String, Row> keptOver(TableName table, Map<String, Long> versions) throws SQLException {
        var rows = new HashMap<String, Row>();
        database.list(
                """
                SELECT DISTINCT ON (l.record_id) l.record_id, l.remote_data::text
                FROM unnest(?::text[], ?::bigint[]) AS a(record_id, version)
                JOIN offsync.conflict_log AS l ON l.record_id = a.record_id AND l.remote_version = a.version
                WHERE l.table_name = ? AND l.resolved AND l.resolution IN ('local', 'merged', 'dissolved')
                  AND l.remote_data IS NOT NULL
                  AND l.conflict_type IN ('update_update', 'update_delete', 'insert_insert')
                ORDER BY l.record_id, l.id DESC
                """,
                row -> rows.put(row.getString(1), Objects.requireNonNull(JsonText.parseRow(row.getString(2)))),
                List.copyOf(versions.keySet()),
                List.copyOf(versions.values()),
                table.display());
        return rows;
    }

    /** Open conflicts about one row each that was changed here since the conflict was last looked at. */
    public List<ConflictEntry> editedSince() throws SQLException {
        return database.list(SELECT + """
                WHERE NOT resolved AND conflict_type IN ('update_update', 'update_delete', 'insert_insert')
                  AND (table_name, record_id) IN (
                      SELECT t.table_name, u.key
                      FROM offsync.unfinished AS u
                      JOIN offsync.synced_table AS t ON t.id = u.table_id
                      WHERE u.state = 'pending')
                ORDER BY id
                """, ConflictLog::read);
    }

    /** What may have taken away that which a conflict with other rows is about. */
    public enum Mover {
        /** A change of its own row, captured since. */
        THE_ROW_ITSELF("""
                SELECT c.id
                FROM offsync.unfinished AS u
                JOIN offsync.synced_table AS t ON t.id = u.table_id
                JOIN collision AS c ON c.table_name = t.table_name AND c.record_id = u.key
                WHERE u.state = 'pending'
                """),
        /** A related row in the outbox: this device has just sent another state of it. */
        OUTBOX("""
                SELECT c.id
                FROM collision AS c
                CROSS JOIN LATERAL jsonb_array_elements(c.related) AS r
                JOIN offsync.synced_table AS t ON t.table_name = r ->> 'table'
                JOIN outbox AS o ON o.table_id = t.id
                     AND CASE cardinality(o.key) WHEN 1 THEN o.record_id = r ->> 'record_id'
                              ELSE to_jsonb(o.key) = (r ->> 'record_id')::jsonb END
                """),
        /** All related rows have changes that were set aside and go with the next batch: these may take them out of the way. */
        NEXT_BATCH("""
                SELECT c.id
                FROM collision AS c
                CROSS JOIN LATERAL jsonb_array_elements(c.related) AS r
                LEFT JOIN offsync.synced_table AS t ON t.table_name = r ->> 'table'
                LEFT JOIN offsync.operation_state AS o
                       ON o.table_id = t.id AND o.key = r ->> 'record_id' AND o.state <> 'completed'
                GROUP BY c.id
                HAVING bool_and(o.operation_id IS NOT NULL AND NOT\s""" + OperationStates.WAITING + ")"),
        /** A related row in the inbox, in another state than the one that the conflict knows. */
        INBOX("""
                SELECT c.id
                FROM collision AS c
                CROSS JOIN LATERAL jsonb_array_elements(c.related) AS r
                JOIN offsync.synced_table AS t ON t.table_name = r ->> 'table'
                JOIN inbox AS s ON s.table_id = t.id
                     AND CASE cardinality(s.key) WHEN 1 THEN s.key[1] = r ->> 'record_id'
                              ELSE to_jsonb(s.key) = (r ->> 'record_id')::jsonb END
                WHERE CASE r ->> 'effect' WHEN 'missing' THEN NOT s.deleted
                           ELSE s.version IS DISTINCT FROM (r ->> 'version')::bigint END
                """);

        private final String ids;

        Mover(String ids) {
            this.ids = ids;
        }
    }

    /** Open conflicts with other rows that may be over because of {@code mover}. */
    public List<ConflictEntry> withMovedObstacle(Mover mover) throws SQLException {
        return collisions(mover.ids);
    }

    /** Open conflicts with any of these rows. */
    public List<ConflictEntry> about(List<RowName> rows) throws SQLException {
        return collisions(
                """
                SELECT c.id
                FROM unnest(?::text[], ?::text[]) AS d (table_name, record_id)
                JOIN offsync.synced_table AS t ON t.table_name = d.table_name
                CROSS JOIN collision AS c
                JOIN LATERAL jsonb_array_elements(c.related) AS r
                  ON r ->> 'table' = d.table_name
                 AND CASE cardinality(t.key_columns) WHEN 1 THEN d.record_id = r ->> 'record_id'
                          ELSE d.record_id::jsonb = (r ->> 'record_id')::jsonb END
                """,
                rows.stream().map(RowName::table).toList(),
                rows.stream().map(RowName::recordId).toList());
    }

    private List<ConflictEntry> collisions(String ids, @Nullable Object... arguments) throws SQLException {
        // Most devices have none, and a queue of any length need not be read to say so.
        if (open().stream()
                .allMatch(conflict -> ConflictType.of(conflict.type()).isAboutOneRow())) {
            return List.of();
        }
        return database.list("""
                WITH collision AS MATERIALIZED (
                    SELECT l.id, l.table_name, l.record_id, coalesce(l.related, '[]') AS related
                    FROM offsync.conflict_log AS l
                    JOIN offsync.synced_table AS t ON t.table_name = l.table_name
                    WHERE NOT l.resolved AND l.conflict_type IN ('unique_violation', 'foreign_key')
                      -- Else it is on its way again already.
                      AND EXISTS (SELECT FROM offsync.operation_state AS o
                                  WHERE o.table_id = t.id AND o.key = l.record_id AND o.state = 'conflict')
                )
                """ + SELECT + "WHERE id IN (" + ids + ") ORDER BY id", ConflictLog::read, arguments);
    }

    /** Open conflicts with other rows whose own row has nothing pending any more, as far as its key is written alike. */
    public List<ConflictEntry> withNothingQueued() throws SQLException {
        return database.list(SELECT + """
                WHERE NOT resolved AND conflict_type IN ('unique_violation', 'foreign_key')
                  AND (table_name, record_id) NOT IN (
                      SELECT t.table_name, u.key
                      FROM offsync.unfinished AS u
                      JOIN offsync.synced_table AS t ON t.id = u.table_id
                      WHERE u.key IS NOT NULL)
                ORDER BY id
                """, ConflictLog::read);
    }

    public List<OpenConflict> open() throws SQLException {
        return database.list(
                "SELECT id, table_name, record_id, conflict_type FROM offsync.conflict_log WHERE NOT resolved ORDER BY id",
                row -> new OpenConflict(row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
    }

    private static ConflictEntry read(ResultSet row) throws SQLException {
        return new ConflictEntry(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                JsonText.parseRow(row.getString(5)),
                JsonText.parseRow(row.getString(6)),
                JsonText.parseRow(row.getString(7)),
                DeviceStore.instant(row, 8),
                DeviceStore.instant(row, 9),
                row.getObject(10, Long.class),
                row.getObject(11, Long.class),
                row.getString(12),
                Objects.requireNonNull(DeviceStore.instant(row, 13)),
                row.getBoolean(14),
                row.getString(15),
                JsonText.parseRow(row.getString(16)),
                DeviceStore.instant(row, 17),
                row.getString(18),
                row.getString(19),
                RelatedRows.parse(row.getString(20)));
    }

    static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
