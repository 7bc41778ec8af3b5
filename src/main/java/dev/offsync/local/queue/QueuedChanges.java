package dev.offsync.local.queue;

import dev.offsync.local.device.CaptureSql;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Puts changes into the queue that no application made here: what a decision about a conflict asks of the hub. */
public final class QueuedChanges {
    private final Database database;

    public QueuedChanges(Database database) {
        this.database = database;
    }

    /** The row as it is here is to be inserted on the hub. */
    public void insert(SyncedTable table, String recordId) throws SQLException {
        var key = new KeySql(table.key());
        database.update(
                """
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, new_row)
                SELECT %d, %d, 'I', %s, %s
                FROM %s AS t, %s AS s
                WHERE %s
                """.formatted(
                                table.id(),
                                table.shapeId(),
                                key.textOfRow("t"),
                                CaptureSql.image(table, "t"),
                                table.name().sql(),
                                key.ofArgument(),
                                key.sameAsRow("t", "s")),
                recordId);
    }

    /** A row that may never have been here is to become {@code after} on the hub, or to be deleted there. */
    public void change(SyncedTable table, String recordId, Row before, @Nullable Row after) throws SQLException {
        database.update(
                """
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row)
                VALUES (?, ?, ?::"char", ?, ?, ?)
                """,
                table.id(),
                table.shapeId(),
                after == null ? "D" : "U",
                recordId,
                image(table, before),
                after == null ? null : image(table, after));
    }

    private static String image(SyncedTable table, Row row) {
        return RecordText.format(
                table.columns().stream().<@Nullable String>map(row::get).toList());
    }
}
