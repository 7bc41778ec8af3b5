package dev.offsync.hub;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Relation;
import dev.offsync.model.TableName;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlLiteral;
import dev.offsync.pg.SqlTemplate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The sidecar of a hub table and the triggers that keep it, whoever writes. */
final class TrackingSql {
    private static final List<String> TRIGGERS = List.of(
            "offsync_insert",
            "offsync_update",
            "offsync_delete",
            "~offsync_truncate",
            "offsync_row",
            "offsync_late",
            "offsync_late_delete");
    private static final String IMAGE = "CASE WHEN $3 = '{}' THEN (offsync_row.*)::text"
            + " ELSE jsonb_populate_record(offsync_row.*, $3)::text END";

    private static final Map<String, String> PLAIN_VARIABLES = Map.of(
            "insert", "    offsync_came boolean;\n",
            "update", "    offsync_came bigint;\n    offsync_rows bigint;\n",
            "delete", "    offsync_rows bigint;\n");

    private final int tableId;
    private final TableDefinition definition;
    private final KeySql key;

    TrackingSql(int tableId, TableDefinition definition) {
        this.tableId = tableId;
        this.definition = definition;
        this.key = new KeySql(definition.key());
    }

    /** The sidecar, empty. */
    String createSidecar() {
        return SqlTemplate.fill("hub/sidecar.sql", values(definition.relations().get(0)));
    }

    /** What makes the sidecar hold every row of the table, at version 1. */
    String fillSidecar() {
        return "INSERT INTO offsync.row_" + tableId + " (" + key.aliases()
                + ", version, xid, deleted, changed_at)\n"
                + "SELECT " + key.names() + ", 1, pg_current_xact_id(), false, now()\n"
                + "FROM " + definition.name().sql() + ";\n";
    }

    /**
     * A sidecar in place of the one that told rows by another key. Rows that are told by both keep their versions; the
     * others are changed, and so is what the floor says of them.
     *
     * @param former the columns of the key as it was
     * @param fed whether the sidecar holds rows
     */
    String changeKey(List<String> former, boolean fed) {
        return SqlTemplate.fill(
                "hub/change_key.sql",
                Map.of(
                        "table_id", Integer.toString(tableId),
                        "create", createSidecar() + (fed ? fillSidecar() : ""),
                        "relation", definition.name().sql(),
                        "same_former", sameFormer(former),
                        "same_key", key.sameAsRow("t", "r"),
                        "columns", SqlLiteral.array(definition.key().stream().map(KeyColumn::name)),
                        "types", SqlLiteral.array(definition.key().stream().map(KeyColumn::type)),
                        "operators", SqlLiteral.array(definition.key().stream().map(KeyColumn::operator))));
    }

    /** Whether the row t had the former key f: by its columns where they are there still, else by those in their place. */
    private String sameFormer(List<String> former) {
        boolean there = former.stream().allMatch(name -> definition.column(name) != null);
        List<String> now = definition.key().stream().map(KeyColumn::name).toList();
        if (!there && now.size() != former.size()) {
            return "false";
        }
        return IntStream.range(0, former.size())
                .mapToObj(i -> "t." + TableName.quote(there ? former.get(i) : now.get(i)) + "::text = f.k" + (i + 1)
                        + "::text")
                .collect(Collectors.joining(" AND "));
    }

    /** Functions and triggers for the table and each of its partitions, in place of those that were there. */
    String createTriggers() {
        Relation root = definition.relations().get(0);
        return definition.relations().stream()
                        .map(relation -> drop(relation.name()) + createTriggers(relation))
                        .collect(Collectors.joining("\n"))
                + SqlTemplate.fill("hub/track_row_trigger.sql", values(root))
                + (definition.partitioned() ? SqlTemplate.fill("hub/track_late.sql", values(root)) : "");
    }

    /** Takes offsync's triggers off {@code relation}. */
    static String drop(TableName relation) {
        return TRIGGERS.stream()
                .map(trigger -> "DROP TRIGGER IF EXISTS " + TableName.quote(trigger) + " ON " + relation.sql() + ";\n")
                .collect(Collectors.joining());
    }

    private String createTriggers(Relation relation) {
        Map<String, String> values = values(relation);
        return track(values, "insert", inserted("NULL::text"), inserted(IMAGE))
                + track(values, "update", updated("NULL::text"), updated(IMAGE))
                + track(values, "delete", deleted(), deleted())
                + SqlTemplate.fill("hub/track_truncate.sql", values)
                + SqlTemplate.fill("hub/track_row.sql", values)
                + SqlTemplate.fill("hub/track_triggers.sql", values);
    }

    private static String track(Map<String, String> values, String operation, String touched, String touchedByPush) {
        var all = new TreeMap<>(values);
        all.put("operation", operation);
        all.put("touched", touched);
        all.put("touched_by_push", touchedByPush);
        all.put(
                "plain",
                switch (operation) {
                    case "insert" -> SqlTemplate.fill("hub/track_plain.sql", values);
                    case "update" -> SqlTemplate.fill("hub/track_plain_update.sql", values);
                    default -> SqlTemplate.fill("hub/track_plain_delete.sql", values);
                });
        all.put("plain_variables", Objects.requireNonNull(PLAIN_VARIABLES.get(operation)));
        return SqlTemplate.fill("hub/track.sql", all);
    }

    private String inserted(String image) {
        return "SELECT " + key.selected("") + ", false AS deleted, true AS changed, " + image + " AS image\n"
                + "            FROM offsync_new AS offsync_row";
    }

    private String updated(String image) {
        return "SELECT " + key.each(", ", i -> "coalesce(n.k" + (i + 1) + ", o.k" + (i + 1) + ") AS k" + (i + 1))
                + ", n.present IS NULL AS deleted,\n"
                + "                   coalesce(n.whole *<> o.whole, true) AS changed, n.image\n"
                + "            FROM (SELECT " + key.selected("") + ", ROW(offsync_row.*) AS whole"
                + " FROM offsync_old AS offsync_row) AS o\n"
                + "            FULL JOIN (SELECT " + key.selected("")
                + ", true AS present, ROW(offsync_row.*) AS whole, " + image
                + " AS image FROM offsync_new AS offsync_row) AS n\n"
                + "            ON " + key.same("o", "n");
    }

    private String deleted() {
        return "SELECT " + key.selected("") + ", true AS deleted, true AS changed, NULL::text AS image\n"
                + "            FROM offsync_old AS offsync_row";
    }

    private Map<String, String> values(Relation relation) {
        var values = new TreeMap<String, String>();
        values.put("relation", relation.name().sql());
        values.put("function", "track_" + tableId + "_" + definition.relations().indexOf(relation));
        values.put("settings", OutputSettings.functionClauses());
        values.put("table_id", Integer.toString(tableId));
        values.put("sidecar_columns", key.definitions());
        values.put("sidecar_keys", key.aliases());
        values.put("key_types", key.each(", ", i -> key.columns().get(i).type()));
        values.put("seen_row", key.each(" AND ", i -> {
            KeyColumn column = key.columns().get(i);
            return "t." + TableName.quote(column.name()) + " " + column.operator() + " $" + (i + 1);
        }));
        values.put("touched_keys", key.aliases("touched"));
        values.put("touched_text", key.text("touched"));
        values.put("touched_keys_present", key.each(" AND ", i -> "touched.k" + (i + 1) + " IS NOT NULL"));
        values.put("updated_keys", key.each(", ", i -> "k" + (i + 1) + " = excluded.k" + (i + 1)));
        values.put("staged_key", key.sameAsArray("touched", "s.key"));
        values.put("touched_row", key.same("r", "touched"));
        values.put("sent_key", key.parsed("e.key"));
        values.put("sent_touched", key.same("sent", "touched"));
        values.put("excluded_row", key.same("r", "excluded"));
        values.put("only", definition.partitioned() && relation.oid() == definition.oid() ? "" : "ONLY");
        values.put("key_columns", key.names());
        values.put(
                "known",
                definition.relations().stream()
                        .map(r -> Long.toString(r.oid()))
                        .collect(Collectors.joining(",", "'{", "}'::oid[]")));
        values.put("missing", key.nulls());
        values.put("keys", key.selected(""));
        return values;
    }
}
