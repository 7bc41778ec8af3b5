package dev.offsync.local.device;

import dev.offsync.model.Direction;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Relation;
import dev.offsync.model.TableName;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlLiteral;
import dev.offsync.pg.SqlTemplate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The triggers on a local table and its partitions that put every change into the journal. */
public final class CaptureSql {
    private static final String CAPTURED =
            "NOT (pg_trigger_depth() = 1 AND EXISTS (SELECT FROM offsync.applying AS a WHERE a.xid = pg_current_xact_id()))";
    private static final List<String> TRIGGERS = List.of(
            "offsync_insert",
            "offsync_update",
            "offsync_delete",
            "~offsync_truncate",
            "offsync_refuse",
            "~offsync_mark",
            "offsync_late",
            "offsync_late_delete");

    private final SyncedTable table;
    private final TableDefinition definition;
    private final long database;

    /** @param database the oid of the database that the table is in */
    CaptureSql(SyncedTable table, TableDefinition definition, long database) {
        this.table = table;
        this.definition = definition;
        this.database = database;
    }

    /** Functions and triggers for the table and each of its partitions, in place of those that were there. */
    String create() {
        return definition.relations().stream()
                        .map(relation -> drop(relation.name()) + create(relation))
                        .collect(Collectors.joining("\n"))
                + createForRows();
    }

    /** Row triggers; last, because partitions have copies of these, which only go with those of the root. */
    private String createForRows() {
        if (table.direction() == Direction.PULL) {
            return "";
        }
        Map<String, String> values = values(definition.relations().get(0));
        String sql = table.syncColumns() ? SqlTemplate.fill("local/sync_columns.sql", values) : "";
        if (definition.partitioned()) {
            sql += SqlTemplate.fill("local/capture_late.sql", values);
        }
        if (definition.partitioned() && table.direction() == Direction.BOTH) {
            sql += SqlTemplate.fill("local/capture_late_delete.sql", values);
        }
        return sql;
    }

    /** Takes offsync's triggers off {@code relation}. */
    static String drop(TableName relation) {
        return TRIGGERS.stream()
                .map(trigger -> "DROP TRIGGER IF EXISTS " + TableName.quote(trigger) + " ON " + relation.sql() + ";\n")
                .collect(Collectors.joining());
    }

    private String create(Relation relation) {
        Map<String, String> values = values(relation);
        if (table.direction() == Direction.PULL) {
            return SqlTemplate.fill("local/refuse_writes.sql", values);
        }
        String sql =
                SqlTemplate.fill("local/capture.sql", values) + SqlTemplate.fill("local/capture_triggers.sql", values);
        if (table.direction() == Direction.BOTH) {
            sql += SqlTemplate.fill("local/capture_delete_triggers.sql", values);
        }
        return sql;
    }

    private Map<String, String> values(Relation relation) {
        var key = new KeySql(table.key());
        var values = new TreeMap<String, String>();
        values.put("relation", relation.name().sql());
        values.put(
                "function",
                "capture_" + table.id() + "_" + definition.relations().indexOf(relation));
        values.put("settings", OutputSettings.functionClauses());
        values.put("table_id", Integer.toString(table.id()));
        values.put("shape_id", Integer.toString(table.shapeId()));
        values.put("key_columns", key.names());
        values.put("missing", key.nulls());
        values.put("keys", key.selected(""));
        values.put("old_key", key.text("o"));
        values.put("new_key", key.text("n"));
        values.put("same_key", key.same("o", "n"));
        values.put("image", image(table, "offsync_row"));
        values.put("drift", drift(Long.toString(relation.oid())));
        values.put("late_drift", drift("TG_RELID"));
        boolean root = definition.partitioned() && relation.oid() == definition.oid();
        values.put("once_new", root ? once(key.text("n")) : "");
        values.put("once_old", root ? once(key.text("o")) : "");
        values.put(
                "once_pair",
                root ? once("CASE WHEN pair.new_image IS NULL THEN pair.old_key ELSE pair.new_key END") : "");
        values.put("only", root ? "" : "ONLY");
        values.put("known", known());
        values.put("late_rows", root ? "\n            WHERE offsync_row.tableoid <> ALL (" + known() + ")" : "");
        values.put("captured", CAPTURED);
        return values;
    }

    /** The row called {@code alias} as text; offsync's own columns are blanked: they neither travel nor differ. */
    public static String image(SyncedTable table, String alias) {
        if (!table.syncColumns()) {
            return "(" + alias + ".*)::text";
        }
        String blanks = SyncedTable.SYNC_COLUMNS.stream()
                .map(column -> "\"" + column + "\":null")
                .collect(Collectors.joining(",", "{", "}"));
        return "jsonb_populate_record(" + alias + ".*, '" + blanks + "')::text";
    }

    /** That no trigger on a partition which init did not know has captured the row with this key already. */
    private String once(String keyText) {
        return "\n      AND NOT EXISTS (SELECT FROM offsync.journal AS late WHERE late.late AND late.xid = pg_current_xact_id()"
                + " AND late.table_id = " + table.id() + " AND late.key = " + keyText + ")";
    }

    /** The oids of the relations that have triggers of their own. */
    private String known() {
        return definition.relations().stream()
                .map(relation -> Long.toString(relation.oid()))
                .collect(Collectors.joining(",", "'{", "}'::oid[]"));
    }

    /** NULL while the relation has the columns of the shape in their order, else the columns it has. */
    private String drift(String relation) {
        return "NULLIF(offsync.column_names(" + relation + ", " + database + "), "
                + SqlLiteral.of(JsonText.array(table.columns())) + "::jsonb)";
    }
}
