package dev.offsync.local.queue;

import dev.offsync.local.device.CaptureSql;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.model.ColumnShape;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlLiteral;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Operations that wait and were captured while their table had a column that it has no longer: one that was renamed, or
 * dropped. Sent as they are, the value would be left out without a word.
 */
public final class QueuedColumns {
    private static final String UNKNOWN = """
            NOT EXISTS (SELECT FROM pg_attribute AS a
                        WHERE a.attrelid = {relation} AND a.attname = c.name AND a.attnum > 0 AND NOT a.attisdropped)""";

    private final Database database;

    public QueuedColumns(Database database) {
        this.database = database;
    }

    /** One such column of each table that has any, by the table's number. Reads only what was captured amid a change. */
    public Map<Integer, String> strangers() throws SQLException {
        var strangers = new HashMap<Integer, String>();
        // In the order of their index, or all of a queue that was never analysed would be read for one.
        boolean none = database.number("""
                SELECT count(*)
                FROM (SELECT FROM offsync.journal WHERE columns IS NOT NULL ORDER BY table_id LIMIT 1) AS found
                """) == 0;
        if (none) {
            // Hardly a table changes: to plan what follows takes longer than to read a queue.
            return strangers;
        }
        database.list(
                """
                SELECT t.id, min(c.name)
                FROM (
                    SELECT s.id, s.schema_name, s.relation_name
                    FROM offsync.synced_table AS s
                    WHERE EXISTS (SELECT FROM offsync.journal AS j WHERE j.table_id = s.id AND j.columns IS NOT NULL)
                    OFFSET 0
                ) AS t
                CROSS JOIN LATERAL to_regclass(format('%I.%I', t.schema_name, t.relation_name)) AS present(relation)
                CROSS JOIN LATERAL (
                    SELECT DISTINCT ON (u.key) u.columns, u.new_row
                    FROM offsync.unfinished AS u
                    WHERE u.table_id = t.id
                    ORDER BY u.key, u.id DESC
                ) AS last
                CROSS JOIN LATERAL jsonb_array_elements_text(last.columns) AS c(name)
                WHERE present.relation IS NOT NULL AND last.new_row IS NOT NULL AND {unknown}
                GROUP BY t.id
                """.replace("{unknown}", UNKNOWN.replace("{relation}", "present.relation")),
                row -> strangers.put(row.getInt(1), row.getString(2)));
        return strangers;
    }

    /**
     * Captures the rows that such operations left once more, under the names that the columns have now. A column that is
     * newer than the last init is left out: the operations knew nothing of it. Their row before is that of the operations
     * that wait; here stands one that no row is like, for two images that are equal would cancel each other. Returns the
     * number of rows.
     */
    public long captureAgain(SyncedTable table) throws SQLException {
        database.execute(OutputSettings.forTransaction());
        List<String> lasting = lasting(table);
        boolean whole = lasting.equals(table.columns());
        String image = whole
                ? CaptureSql.image(table, "t")
                : lasting.stream()
                        .map(column -> "t." + TableName.quote(column))
                        .collect(Collectors.joining(", ", "ROW(", ")::text"));
        return database.update(
                """
                WITH last AS (
                    SELECT DISTINCT ON (u.key) u.key, u.new_row, u.shape_id, u.columns
                    FROM offsync.unfinished AS u
                    WHERE u.table_id = {id}
                    ORDER BY u.key, u.id DESC
                ), stranger AS (
                    SELECT l.key
                    FROM last AS l
                    JOIN offsync.shape AS p ON p.id = l.shape_id
                    WHERE l.new_row IS NOT NULL
                      AND EXISTS (SELECT FROM jsonb_array_elements_text(coalesce(l.columns, to_jsonb(p.columns))) AS c(name)
                                  WHERE {unknown})
                )
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row, columns)
                SELECT {id}, {shape}, 'U', s.key, '(' || repeat(',', {columns} - 1) || ')', {image}, ?::jsonb
                FROM stranger AS s
                JOIN {table} AS t ON {text_of_t} = s.key
                """.replace("{unknown}", UNKNOWN.replace("{relation}", "'{table}'::regclass"))
                        .replace("{id}", Integer.toString(table.id()))
                        .replace("{shape}", Integer.toString(table.shapeId()))
                        .replace("{columns}", Integer.toString(lasting.size()))
                        .replace("{image}", image)
                        .replace("'{table}'", SqlLiteral.of(table.name().sql()))
                        .replace("{table}", table.name().sql())
                        .replace("{text_of_t}", new KeySql(table.key()).textOfRow("t")),
                whole ? null : JsonText.array(lasting));
    }

    /** The columns that travel and were there at the last init, whatever they were called. */
    private List<String> lasting(SyncedTable table) throws SQLException {
        SyncedTables.Shapes shapes =
                Objects.requireNonNull(new SyncedTables(database).shapes().get(table.id()));
        List<Integer> known = shapes.here().stream().map(ColumnShape::number).toList();
        return known.isEmpty()
                ? table.columns()
                : shapes.now().stream()
                        .filter(column -> known.contains(column.number()))
                        .map(ColumnShape::name)
                        .filter(column -> table.columns().equals(table.sentColumns())
                                || table.sentColumns().contains(column))
                        .toList();
    }
}
