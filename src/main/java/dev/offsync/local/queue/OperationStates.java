package dev.offsync.local.queue;

import dev.offsync.local.device.DeviceStore;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The operations that do not simply follow their batch: in conflict, rejected, parked, or taken back by a decision. */
public final class OperationStates {
    /** That an operation with a state of its own, called o, does not go with the next batch. */
    public static final String WAITING =
            "(o.state IN ('conflict', 'failed') OR o.parked_by IS NOT NULL OR o.retry_count > 0)";

    private final Database database;
    private final String unfinished;
    private Map<Integer, Set<String>> indexed = Map.of();

    public OperationStates(Database database) {
        this(database, "offsync.unfinished");
    }

    /** @param unfinished the relation to find unfinished operations in */
    OperationStates(Database database, String unfinished) {
        this.database = database;
        this.unfinished = unfinished;
    }

    /**
     * Makes later calls about these rows fast, for when they are many: the queue has no index by key, and reading all of
     * it for every row takes minutes where much is pending.
     *
     * @param locked by the number of their table, the record_ids of rows that this transaction has locked: those of others
     *     may get operations meanwhile
     */
    public void expectMany(Map<Integer, Set<String>> locked) throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS unfinished_key (table_id integer, key text, xid xid8) ON COMMIT DROP;
                TRUNCATE unfinished_key;
                INSERT INTO unfinished_key SELECT DISTINCT table_id, key, xid FROM offsync.unfinished;
                CREATE INDEX IF NOT EXISTS unfinished_key_key ON unfinished_key (table_id, key);
                ANALYZE unfinished_key
                """);
        indexed = locked;
    }

    private boolean isIndexed(SyncedTable table, List<String> recordIds) {
        return indexed.getOrDefault(table.id(), Set.of()).containsAll(recordIds);
    }

    /** The unfinished operations of rows; takes what {@link #ofRows} gives. */
    private String condition(SyncedTable table, List<String> recordIds) {
        String condition = "u.table_id = ? AND u.key = ANY (?::text[])";
        return isIndexed(table, recordIds) ? condition + " AND u.xid = ANY (?::xid8[])" : condition;
    }

    private Object[] ofRows(SyncedTable table, List<String> recordIds) throws SQLException {
        List<String> spellings = spellings(table, recordIds);
        if (!isIndexed(table, recordIds)) {
            return new Object[] {table.id(), spellings};
        }
        List<String> transactions = database.list("""
                SELECT xid::text FROM unfinished_key WHERE table_id = ? AND key = ANY (?::text[])
                UNION
                SELECT pg_current_xact_id()::text
                """, row -> row.getString(1), table.id(), spellings);
        return new Object[] {table.id(), spellings, transactions};
    }

    private static @Nullable Object[] with(Object[] arguments, @Nullable Object... first) {
        @Nullable Object[] all = Arrays.copyOf(first, first.length + arguments.length);
        System.arraycopy(arguments, 0, all, first.length, arguments.length);
        return all;
    }

    /** Every operation on the row that the hub does not have, oldest first. */
    public List<PendingOperation> of(SyncedTable table, String recordId, String hubClock) throws SQLException {
        return database.list(
                """
                SELECT u.id, u.xid::text, u.operation = 'I', coalesce(u.columns, to_jsonb(s.columns)), u.old_row,
                       u.new_row, offsync.on_hub_clock(u.changed_at, u.id, ?::timestamptz), u.state
                FROM offsync.unfinished AS u
                JOIN offsync.shape AS s ON s.id = u.shape_id
                WHERE %s
                ORDER BY u.id
                """.formatted(condition(table, List.of(recordId))),
                row -> read(row, table),
                with(ofRows(table, List.of(recordId)), hubClock));
    }

    /** Whether there is an operation on the row that the hub does not have. */
    public boolean hasUnfinished(SyncedTable table, String recordId) throws SQLException {
        List<String> row = List.of(recordId);
        return database.number(
                        "SELECT count(*) FROM %s AS u WHERE %s".formatted(unfinished, condition(table, row)),
                        ofRows(table, row))
                > 0;
    }

    /** Whether an operation on the row does not go with the next batch: somebody decides about it, or it waits for another. */
    public boolean waits(SyncedTable table, String recordId) throws SQLException {
        return database.number(
                        "SELECT count(*) FROM offsync.operation_state AS o WHERE o.table_id = ? AND o.key = ANY (?::text[])"
                                + " AND o.state <> 'completed' AND " + WAITING,
                        table.id(),
                        spellings(table, List.of(recordId)))
                > 0;
    }

    /** The texts of the keys in the queue, where equal keys may have several. */
    private List<String> spellings(SyncedTable table, List<String> recordIds) throws SQLException {
        var key = new KeySql(table.key());
        if (key.hasOneSpelling()) {
            return recordIds;
        }
        return database.list(
                """
                SELECT DISTINCT s.key
                FROM (SELECT u.key, %s FROM %s AS u WHERE u.table_id = ? AND u.key IS NOT NULL) AS s, %s AS k
                WHERE %s
                """.formatted(
                                key.parsed("u.key"),
                                isIndexed(table, recordIds) ? "unfinished_key" : unfinished,
                                key.ofArguments(),
                                key.same("s", "k")),
                row -> row.getString(1),
                table.id(),
                recordIds);
    }

    private static PendingOperation read(ResultSet row, SyncedTable table) throws SQLException {
        List<String> columns = JsonText.parseArray(row.getString(4));
        return new PendingOperation(
                row.getLong(1),
                row.getString(2),
                row.getBoolean(3),
                image(table, columns, row.getString(5)),
                image(table, columns, row.getString(6)),
                Objects.requireNonNull(DeviceStore.instant(row, 7)),
                row.getString(8));
    }

    static @Nullable Row image(SyncedTable table, List<String> columns, @Nullable String text) {
        return text == null ? null : Row.of(columns, RecordText.parse(text)).only(table.sentColumns());
    }

    /** The row's operations wait in an open conflict. */
    public void hold(SyncedTable table, String recordId) throws SQLException {
        hold(table, List.of(recordId));
    }

    /** The rows' operations wait in open conflicts. */
    public void hold(SyncedTable table, List<String> recordIds) throws SQLException {
        change(table, recordIds, "conflict");
    }

    /** The row as it is now, {@code local}, is to stand over another row of the hub than its operations began with. */
    public void stand(SyncedTable table, String recordId, @Nullable Row local) throws SQLException {
        database.list(
                """
                SELECT u.id, u.xid::text, coalesce(u.columns, to_jsonb(s.columns))
                FROM offsync.unfinished AS u
                JOIN offsync.shape AS s ON s.id = u.shape_id
                WHERE %s
                ORDER BY u.id DESC
                LIMIT 1
                """.formatted(condition(table, List.of(recordId))),
                last -> stand(
                        List.of(last.getString(1)),
                        List.of(last.getString(2)),
                        Collections.singletonList(text(local, JsonText.parseArray(last.getString(3))))),
                ofRows(table, List.of(recordId)));
    }

    /** The operations with these ids and transactions lead to these rows, each of them null where it is deleted. */
    int stand(List<String> ids, List<String> transactions, List<@Nullable String> rows) throws SQLException {
        return (int) database.update("""
                INSERT INTO offsync.decision (operation_id, xid, row)
                SELECT * FROM unnest(?::bigint[], ?::xid8[], ?::text[])
                ON CONFLICT (operation_id) DO UPDATE SET row = excluded.row
                """, ids, transactions, rows);
    }

    static @Nullable String text(@Nullable Row row, List<String> columns) {
        if (row == null) {
            return null;
        }
        var texts = new ArrayList<@Nullable String>();
        for (String column : columns) {
            texts.add(row.get(column));
        }
        return RecordText.format(texts);
    }

    /** The row's operations go to the hub again, on a new base. */
    public void release(SyncedTable table, String recordId) throws SQLException {
        release(table, List.of(recordId));
    }

    /** The rows' operations go to the hub again, on new bases. */
    public void release(SyncedTable table, List<String> recordIds) throws SQLException {
        database.update("""
                UPDATE offsync.operation_state
                SET state = 'pending', batch = NULL, retry_count = 0
                WHERE table_id = ? AND key = ANY (?::text[]) AND state <> 'completed'
                """, table.id(), spellings(table, recordIds));
        database.update("""
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state)
                SELECT u.id, u.xid, u.table_id, u.key, 'pending'
                FROM %s AS u
                WHERE %s AND u.state = 'processing'
                ON CONFLICT DO NOTHING
                """.formatted(unfinished, condition(table, recordIds)), ofRows(table, recordIds));
        releaseWaiting(table, recordIds);
    }

    /** The row's operations are done with: the hub's row was taken instead. */
    public void supersede(SyncedTable table, String recordId) throws SQLException {
        supersede(table, List.of(recordId));
    }

    /** The rows' operations are done with: the hub's rows were taken instead. */
    public void supersede(SyncedTable table, List<String> recordIds) throws SQLException {
        releaseWaiting(table, recordIds);
        change(table, recordIds, "completed");
    }

    private void change(SyncedTable table, List<String> recordIds, String state) throws SQLException {
        database.update(
                """
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, completed_at)
                SELECT u.id, u.xid, u.table_id, u.key, ?, CASE WHEN ? = 'completed' THEN clock_timestamp() END
                FROM %s AS u
                WHERE %s
                ON CONFLICT (operation_id) DO UPDATE
                SET state = excluded.state, completed_at = excluded.completed_at, batch = NULL
                """.formatted(unfinished, condition(table, recordIds)), with(ofRows(table, recordIds), state, state));
    }

    /** What waited for these rows' conflicts waits no longer. */
    private void releaseWaiting(SyncedTable table, List<String> recordIds) throws SQLException {
        database.update("""
                UPDATE offsync.operation_state
                SET parked_by = NULL
                WHERE parked_by IN (SELECT u.id FROM %s AS u WHERE %s)
                """.formatted(unfinished, condition(table, recordIds)), ofRows(table, recordIds));
    }

    /** A deletion that waits for another row's; {@code oldRow} is what was deleted. */
    public record Waiting(
            SyncedTable table, String recordId, @Nullable Row oldRow) {}

    /** The deletions that wait for what is pending on a row. */
    public List<Waiting> waitingFor(SyncedTable table, String recordId, List<SyncedTable> tables) throws SQLException {
        return database.list("""
                SELECT o.table_id, o.key, coalesce(j.columns, to_jsonb(s.columns)), j.old_row
                FROM offsync.operation_state AS o
                JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                JOIN offsync.shape AS s ON s.id = j.shape_id
                WHERE o.state = 'pending' AND j.operation = 'D'
                  AND o.parked_by IN (SELECT u.id FROM offsync.unfinished AS u WHERE u.table_id = ? AND u.key = ANY (?::text[]))
                ORDER BY o.operation_id DESC
                """, row -> waiting(row, tables), table.id(), spellings(table, List.of(recordId)));
    }

    private static Waiting waiting(ResultSet row, List<SyncedTable> tables) throws SQLException {
        int id = row.getInt(1);
        SyncedTable table =
                tables.stream().filter(t -> t.id() == id).findFirst().orElseThrow();
        return new Waiting(
                table, row.getString(2), image(table, JsonText.parseArray(row.getString(3)), row.getString(4)));
    }

    /** The operations on the row of {@code operation} in {@code batch} wait until {@code blocker} is settled. */
    public void park(long batch, long operation, long blocker) throws SQLException {
        database.update("""
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, parked_by)
                SELECT u.id, u.xid, u.table_id, u.key, 'pending', ?
                FROM outbox AS o
                JOIN offsync.unfinished AS u ON u.table_id = o.table_id AND u.key = o.record_id
                WHERE o.operation = ?
                ON CONFLICT (operation_id) DO UPDATE SET parked_by = excluded.parked_by, batch = NULL
                """, blocker, operation);
    }

    /**
     * The operations on the row of {@code operation} wait: there was no memory for the conflict that it is in.
     *
     * @param message why they wait for a run that has more; null: only until the next batch
     */
    public void putOff(long operation, @Nullable String message) throws SQLException {
        database.update("""
                INSERT INTO offsync.operation_state
                    (operation_id, xid, table_id, key, state, retry_count, last_error, too_large, parked_by)
                SELECT u.id, u.xid, u.table_id, u.key, 'pending', CASE WHEN m.message IS NULL OR u.id <> m.id THEN 0 ELSE 1 END,
                       CASE WHEN u.id = m.id THEN m.message END, u.id = m.id AND m.message IS NOT NULL,
                       CASE WHEN u.id <> m.id AND m.message IS NOT NULL THEN m.id END
                FROM (SELECT ?::bigint AS id, ?::text AS message) AS m
                JOIN outbox AS o ON o.operation = m.id
                JOIN offsync.unfinished AS u ON u.table_id = o.table_id AND u.key = o.record_id
                ON CONFLICT (operation_id) DO UPDATE
                SET batch = NULL, state = excluded.state, retry_count = excluded.retry_count, last_error = excluded.last_error,
                    too_large = excluded.too_large, parked_by = excluded.parked_by
                """, operation, message);
    }

    /**
     * The hub rejected {@code operation} of the batch in hand: its transaction waits with it, the rest of the batch is
     * pending again. Counts the try; the last one makes the operation failed.
     */
    public void reject(long batch, long operation, String message, int maxRetryCount) throws SQLException {
        new Queue(database).abandon(batch);
        database.update("""
                INSERT INTO offsync.transaction_batch (xid, batch)
                SELECT xid, 0 FROM outbox_operation WHERE id = ?
                ON CONFLICT DO NOTHING
                """, operation);
        // A transaction that was rejected for another of its rows before goes on counting.
        database.update(
                """
                WITH member AS (
                    SELECT o.id, s.retry_count
                    FROM outbox_operation AS o
                    LEFT JOIN offsync.operation_state AS s ON s.operation_id = o.id
                    WHERE o.xid = (SELECT xid FROM outbox_operation WHERE id = ?)
                ), tries AS (
                    SELECT coalesce(max(retry_count), 0) + 1 AS tries FROM member
                ), repointed AS (
                    UPDATE offsync.operation_state
                    SET parked_by = ?
                    WHERE parked_by IN (SELECT id FROM member WHERE retry_count > 0) AND state = 'pending'
                      AND operation_id NOT IN (SELECT id FROM member)
                )
                INSERT INTO offsync.operation_state
                    (operation_id, xid, table_id, key, state, retry_count, last_error, parked_by)
                SELECT j.id, j.xid, j.table_id, j.key,
                       CASE WHEN j.id = ? AND t.tries >= ? THEN 'failed' ELSE 'pending' END,
                       CASE WHEN j.id = ? THEN t.tries ELSE 0 END,
                       CASE WHEN j.id = ? THEN ? END,
                       CASE WHEN j.id <> ? THEN ?::bigint END
                FROM tries AS t, member AS m
                JOIN outbox_operation AS j ON j.id = m.id
                ON CONFLICT (operation_id) DO UPDATE
                SET batch = NULL, parked_by = excluded.parked_by, retry_count = excluded.retry_count,
                    last_error = excluded.last_error, too_large = false, state = excluded.state
                """,
                operation,
                operation,
                operation,
                maxRetryCount,
                operation,
                operation,
                message,
                operation,
                operation);
    }
}
