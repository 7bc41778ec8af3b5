package dev.offsync.local.device;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Rows that were in a table before offsync watched it. */
public final class ExistingRows {
    private static final String LAST_OPERATION =
            "SELECT last_value - (NOT is_called)::integer FROM offsync.operation_id";

    /** The last operations that stand for such rows, and for those that win over the hub's; none where it is -1. */
    private record Bounds(long existing, long pushed) {}

    private final Database database;
    private final Map<Integer, Bounds> known = new HashMap<>();

    public ExistingRows(Database database) {
        this.database = database;
    }

    /** Whether an operation stands for a row that was in the table before offsync watched it. */
    public boolean wasThere(SyncedTable table, long operation) throws SQLException {
        return operation <= bounds(table).existing();
    }

    private Bounds bounds(SyncedTable table) throws SQLException {
        Bounds bounds = known.get(table.id());
        if (bounds == null) {
            bounds = database.first("""
                            SELECT coalesce(max(existing_up_to), -1), coalesce(max(pushed_up_to), -1)
                            FROM offsync.synced_table
                            WHERE id = ?
                            """, row -> new Bounds(row.getLong(1), row.getLong(2)), table.id())
                    .orElseThrow();
            known.put(table.id(), bounds);
        }
        return bounds;
    }

    private void note(SyncedTable table) throws SQLException {
        known.remove(table.id());
        database.update(
                "UPDATE offsync.synced_table SET existing_up_to = (" + LAST_OPERATION + ") WHERE id = ?", table.id());
    }

    /** Queues every row as if it had just been inserted, so that the hub's rows and these meet as changes do. */
    public long queue(SyncedTable table) throws SQLException {
        database.execute(OutputSettings.forTransaction());
        long queued = database.update("""
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, new_row)
                SELECT %d, %d, 'I', %s, %s
                FROM %s AS t
                """.formatted(
                        table.id(),
                        table.shapeId(),
                        new KeySql(table.key()).textOfRow("t"),
                        CaptureSql.image(table, "t"),
                        table.name().sql()));
        note(table);
        return queued;
    }

    /** Has the rows that were queued so far win over those of the hub. */
    public void win(SyncedTable table) throws SQLException {
        known.remove(table.id());
        database.update(
                "UPDATE offsync.synced_table SET pushed_up_to = (" + LAST_OPERATION + ") WHERE id = ?", table.id());
    }

    /** Whether an operation is a row that {@link #win} is about. */
    public boolean wins(SyncedTable table, long operation) throws SQLException {
        return operation <= bounds(table).pushed();
    }

    /** Queues every row that has no pending work, for a hub that has none of them. */
    public long queueAnew(SyncedTable table) throws SQLException {
        database.update("DELETE FROM " + table.sidecar());
        return queueIdle(table);
    }

    /** Queues every row that has no pending work. */
    public long queueIdle(SyncedTable table) throws SQLException {
        database.execute(OutputSettings.forTransaction());
        var key = new KeySql(table.key());
        long queued = database.update("""
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, new_row)
                SELECT %d, %d, 'I', %s, %s
                FROM %s AS t
                WHERE NOT EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = %d AND u.key = %s)
                """.formatted(
                        table.id(),
                        table.shapeId(),
                        key.textOfRow("t"),
                        CaptureSql.image(table, "t"),
                        table.name().sql(),
                        table.id(),
                        key.textOfRow("t")));
        note(table);
        return queued;
    }

    /** Notes that the hub does not have these rows, and leaves them alone. */
    public void ignore(SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        database.update("INSERT INTO " + table.sidecar() + " (" + key.aliases() + ", version) SELECT " + key.names()
                + ", 0 FROM " + table.name().sql() + " ON CONFLICT DO NOTHING");
    }
}
