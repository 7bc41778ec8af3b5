package dev.offsync.local.rows;

import dev.offsync.local.device.CaptureSql;
import dev.offsync.local.queue.Decisions;
import dev.offsync.local.queue.OperationStates;
import dev.offsync.local.queue.PendingOperation;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits in the queue for rows whose keys change: the old operations are closed, and one of the row as it is then
 * takes their place, all in one transaction, so that no batch holds a row without the one that it references. It keeps
 * the time at which the row was changed.
 */
final class RekeyedQueue {
    /** @param oldRow the row that the hub has; null where it has none */
    private record Waiting(
            SyncedTable table,
            String newKey,
            @Nullable Row oldRow,
            @Nullable String changedAt,
            boolean decided) {}

    private final Database database;
    private final List<Waiting> waiting = new ArrayList<>();

    RekeyedQueue(Database database) {
        this.database = database;
    }

    /** Closes what waits for the row with {@code recordId}, which will have {@code newKey}. */
    void take(SyncedTable table, String recordId, String newKey) throws SQLException {
        var states = new OperationStates(database);
        List<PendingOperation> operations =
                states.of(table, recordId, Instant.now().toString());
        if (operations.isEmpty()) {
            return;
        }
        String changedAt = database.first(
                        "SELECT max(changed_at)::text FROM offsync.journal WHERE id = ?",
                        row -> row.getString(1),
                        operations.get(operations.size() - 1).id())
                .orElse(null);
        boolean decided = new Decisions(database).holdOneOf(operations);
        boolean moves = !recordId.equals(newKey);
        waiting.add(new Waiting(table, newKey, moves ? null : operations.get(0).oldRow(), changedAt, decided));
        states.supersede(table, recordId);
        if (moves) {
            new LocalRows(database).forget(table, recordId);
        }
    }

    void putBack() throws SQLException {
        for (Waiting one : waiting) {
            SyncedTable table = one.table();
            database.update(
                    """
                    INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row, changed_at)
                    SELECT {id}, {shape}, ?::"char", {key}, ?, {image}, coalesce(?::timestamptz, clock_timestamp())
                    FROM {table} AS t
                    WHERE {key} = ?
                    """.replace("{id}", Integer.toString(table.id()))
                            .replace("{shape}", Integer.toString(table.shapeId()))
                            .replace("{key}", new KeySql(table.key()).textOfRow("t"))
                            .replace("{image}", CaptureSql.image(table, "t"))
                            .replace("{table}", table.name().sql()),
                    one.oldRow() == null ? "I" : "U",
                    one.oldRow() == null ? null : record(table, one.oldRow()),
                    one.changedAt(),
                    one.newKey());
            if (one.decided()) {
                new Decisions(database).standAsQueuedLast();
            }
        }
    }

    private static String record(SyncedTable table, Row row) {
        var texts = new ArrayList<@Nullable String>();
        table.columns().forEach(column -> texts.add(row.get(column)));
        return RecordText.format(texts);
    }
}
