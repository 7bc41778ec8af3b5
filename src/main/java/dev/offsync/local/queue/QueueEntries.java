package dev.offsync.local.queue;

import dev.offsync.local.device.DeviceStore;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.QueueList;
import dev.offsync.pg.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads single operations with their status. */
public final class QueueEntries {
    /** Operations that the hub does not have. What was rejected before and is on its way again counts as processing. */
    private static final String UNFINISHED = """
            SELECT u.id, u.xid::text AS transaction_id, t.table_name,
                   CASE u.operation WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update' ELSE 'delete' END AS operation,
                   u.key AS record_id,
                   CASE WHEN u.state = 'pending'
                             AND EXISTS (SELECT FROM offsync.operation_state AS o
                                         JOIN offsync.batch AS b ON b.id = o.batch
                                         WHERE o.operation_id = u.id AND b.completed_at IS NULL)
                        THEN 'processing' ELSE u.state END AS status,
                   u.retry_count, u.changed_at AS created_at, NULL::timestamptz AS synced_at, u.last_error, u.parked_by,
                   NULL::text AS discarded_by, NULL::text AS discard_reason
            FROM offsync.unfinished AS u
            JOIN offsync.synced_table AS t ON t.id = u.table_id
            """;

    /** Operations that are done with. */
    private static final String FINISHED = """
            SELECT q.id, q.transaction_id::text, q.table_name, lower(q.operation_type) AS operation, q.record_id,
                   q.status, q.retry_count, q.created_at, q.synced_at, q.last_error, q.parked_by, q.discarded_by,
                   q.discard_reason
            FROM offsync.operation_queue AS q
            WHERE q.status = 'completed'
            """;

    private final Database database;

    public QueueEntries(Database database) {
        this.database = database;
    }

    /**
     * The first {@code limit} operations that match, oldest first.
     *
     * @param table as it is shown to people; null: any
     * @param status a status of the queue, parked, rejected or discarded; null: whatever the hub does not have
     */
    public QueueList list(@Nullable String table, @Nullable String status, long limit) throws SQLException {
        boolean finished = "completed".equals(status) || "discarded".equals(status);
        var total = new long[1];
        List<QueueEntry> entries = database.list(
                """
                SELECT e.*, count(*) OVER ()
                FROM ({source}) AS e
                WHERE (?::text IS NULL OR e.table_name = ?)
                  AND CASE ?::text
                          WHEN 'parked' THEN e.status = 'pending' AND e.parked_by IS NOT NULL
                          WHEN 'rejected' THEN e.status = 'failed' OR e.status = 'pending' AND e.retry_count > 0
                          WHEN 'discarded' THEN e.discarded_by IS NOT NULL
                          ELSE e.status = coalesce(?, e.status)
                      END
                ORDER BY e.id
                LIMIT ?
                """.replace("{source}", finished ? FINISHED : UNFINISHED),
                row -> {
                    total[0] = row.getLong(14);
                    return read(row);
                },
                table,
                table,
                status,
                status,
                limit);
        return new QueueList(entries, total[0]);
    }

    /** Those of the operations {@code ids} that there are, done with or not, oldest first. */
    public List<QueueEntry> find(Collection<Long> ids) throws SQLException {
        var entries = new ArrayList<QueueEntry>(unfinished(ids));
        List<Long> missing = ids.stream()
                .filter(id -> entries.stream().noneMatch(entry -> entry.id() == id))
                .toList();
        if (!missing.isEmpty()) {
            entries.addAll(database.list(
                    "SELECT * FROM (" + FINISHED + ") AS e WHERE e.id = ANY (?::bigint[]) ORDER BY e.id",
                    QueueEntries::read,
                    missing));
        }
        return entries;
    }

    /** Those of the operations {@code ids} that the hub does not have, oldest first. */
    public List<QueueEntry> unfinished(Collection<Long> ids) throws SQLException {
        return database.list(
                "SELECT * FROM (" + UNFINISHED + ") AS e WHERE e.id = ANY (?::bigint[]) ORDER BY e.id",
                QueueEntries::read,
                ids);
    }

    /** The operations of the same transactions as {@code ids} that the hub does not have, these left out. */
    public List<Long> sameTransaction(Collection<Long> ids) throws SQLException {
        return database.list("""
                SELECT u.id
                FROM offsync.unfinished AS u
                WHERE u.xid IN (SELECT o.xid FROM offsync.operation_state AS o WHERE o.operation_id = ANY (?::bigint[]))
                  AND u.id <> ALL (?::bigint[])
                ORDER BY u.id
                """, row -> row.getLong(1), ids, ids);
    }

    private static QueueEntry read(ResultSet row) throws SQLException {
        return new QueueEntry(
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                row.getString(6),
                row.getInt(7),
                Objects.requireNonNull(DeviceStore.instant(row, 8)),
                DeviceStore.instant(row, 9),
                row.getString(10),
                row.getObject(11, Long.class),
                row.getString(12),
                row.getString(13));
    }
}
