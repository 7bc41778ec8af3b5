package dev.offsync.local.queue;

import dev.offsync.local.device.DeviceStore;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The unfinished operations of rows that the hub has changed, too, laid out in a temporary table: many rows are settled by a
 * few statements, and the queue, which has no index by key, is read once. For tables whose keys have one spelling. Rows
 * must be locked before they are added; those that are not there cannot be, and their operations may have become more.
 */
public final class ContestedOperations {
    /** The operation that a row's local state comes from, and the columns of its image. */
    private record Last(String id, String xid, List<String> columns) {}

    private final Database database;
    private final OperationStates states;
    private final long mostBytes;
    private final Map<Integer, Map<String, Last>> last = new HashMap<>();

    /** @param mostBytes the operations of a row with larger images than this together are left out */
    public ContestedOperations(Database database, long mostBytes) {
        this.database = database;
        this.states = new OperationStates(database, "contested_operation");
        this.mostBytes = mostBytes;
    }

    public void create() throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS contested_operation (
                    table_id   integer NOT NULL,
                    key        text NOT NULL,
                    id         bigint NOT NULL,
                    xid        xid8 NOT NULL,
                    state      text NOT NULL,
                    inserted   boolean NOT NULL,
                    columns    jsonb NOT NULL,
                    old_row    text,
                    new_row    text,
                    changed_at timestamptz NOT NULL
                ) ON COMMIT DROP;
                TRUNCATE contested_operation
                """);
    }

    public void add(SyncedTable table, List<String> recordIds) throws SQLException {
        database.update("""
                WITH operation AS (
                    SELECT u.*, sum(coalesce(octet_length(u.old_row), 0) + coalesce(octet_length(u.new_row), 0))
                                    OVER (PARTITION BY u.key) AS bytes
                    FROM offsync.unfinished AS u
                    WHERE u.table_id = ? AND u.key = ANY (?::text[])
                )
                INSERT INTO contested_operation
                SELECT o.table_id, o.key, o.id, o.xid, o.state, o.operation = 'I', coalesce(o.columns, to_jsonb(s.columns)),
                       o.old_row, o.new_row, o.changed_at
                FROM operation AS o
                JOIN offsync.shape AS s ON s.id = o.shape_id
                WHERE o.bytes <= ?
                """, table.id(), recordIds, mostBytes);
    }

    /** To be called once all rows are added. */
    public void index() throws SQLException {
        database.execute("""
                CREATE INDEX IF NOT EXISTS contested_operation_key ON contested_operation (table_id, key, id);
                ANALYZE contested_operation (table_id, key, id)
                """);
    }

    /** What is pending on the rows, by their record_id, as far as there is anything and it was added. */
    public Map<String, PendingWork> of(SyncedTable table, List<String> recordIds, String hubClock) throws SQLException {
        var key = new KeySql(table.key());
        var pending = new HashMap<String, PendingWork>();
        database.list(
                """
                SELECT m.key, m.operations, offsync.on_hub_clock(l.changed_at, l.id, ?::timestamptz), l.id, l.xid::text, l.columns,
                       coalesce(v.version, CASE WHEN f.inserted THEN 0 ELSE 1 END),
                       f.id, f.xid::text, f.inserted, f.columns, f.old_row, f.new_row,
                       offsync.on_hub_clock(f.changed_at, f.id, ?::timestamptz), f.state
                FROM (
                    SELECT o.key, min(o.id) AS first, max(o.id) AS last, count(*)::integer AS operations, {parsed_key}
                    FROM contested_operation AS o
                    WHERE o.table_id = {id} AND o.key = ANY (?::text[])
                    GROUP BY o.key
                ) AS m
                JOIN contested_operation AS f ON f.table_id = {id} AND f.key = m.key AND f.id = m.first
                JOIN contested_operation AS l ON l.table_id = {id} AND l.key = m.key AND l.id = m.last
                LEFT JOIN {sidecar} AS v ON {same_v_m}
                """.replace("{parsed_key}", key.parsed("o.key"))
                        .replace("{id}", Integer.toString(table.id()))
                        .replace("{sidecar}", table.sidecar())
                        .replace("{same_v_m}", key.same("v", "m")),
                row -> pending.put(row.getString(1), read(row, table)),
                hubClock,
                hubClock,
                recordIds);
        return pending;
    }

    private PendingWork read(ResultSet row, SyncedTable table) throws SQLException {
        last.computeIfAbsent(table.id(), id -> new HashMap<>())
                .put(
                        row.getString(1),
                        new Last(row.getString(4), row.getString(5), JsonText.parseArray(row.getString(6))));
        List<String> columns = JsonText.parseArray(row.getString(11));
        var first = new PendingOperation(
                row.getLong(8),
                row.getString(9),
                row.getBoolean(10),
                OperationStates.image(table, columns, row.getString(12)),
                OperationStates.image(table, columns, row.getString(13)),
                Objects.requireNonNull(DeviceStore.instant(row, 14)),
                row.getString(15));
        return new PendingWork(
                first, row.getInt(2), Objects.requireNonNull(DeviceStore.instant(row, 3)), row.getLong(7));
    }

    /**
     * The rows as they are now are to stand over other rows of the hub than their operations began with.
     *
     * @param rows by the record_id of rows that {@link #of} told about; null: deleted
     */
    public void stand(SyncedTable table, Map<String, @Nullable Row> rows) throws SQLException {
        Map<String, Last> known = Objects.requireNonNull(last.get(table.id()));
        var ids = new ArrayList<String>();
        var transactions = new ArrayList<String>();
        var texts = new ArrayList<@Nullable String>();
        for (Map.Entry<String, @Nullable Row> row : rows.entrySet()) {
            Last operation = Objects.requireNonNull(known.get(row.getKey()));
            ids.add(operation.id());
            transactions.add(operation.xid());
            texts.add(OperationStates.text(row.getValue(), operation.columns()));
        }
        states.stand(ids, transactions, texts);
    }

    /** The changes of state that {@link OperationStates} makes, of rows that were added. */
    public OperationStates states() {
        return states;
    }
}
