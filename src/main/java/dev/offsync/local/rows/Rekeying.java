package dev.offsync.local.rows;

import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.ForeignKeySql;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Moves a row that the hub does not have to a key of its own. What was written here for it goes along: rows that
 * reference it, directly or through others, and everything about them that waits in the queue. Must be used within a
 * transaction that has set the output settings.
 */
public final class Rekeying {
    /** A row to be changed, and the new values of its columns. */
    private record Moved(SyncedTable table, String recordId) {}

    /** A foreign key whose parent is a synced table; {@code synced} is null where the child is not. */
    private record Reference(
            TableName child, @Nullable SyncedTable synced, List<String> childColumns, List<String> parentColumns) {}

    private final Database database;
    private final List<SyncedTable> tables;
    private final Map<Moved, Map<String, String>> plan = new LinkedHashMap<>();
    private final List<KeyMove.Part> unsynced = new ArrayList<>();

    public Rekeying(Database database, List<SyncedTable> tables) {
        this.database = database;
        this.tables = tables;
    }

    /** The row's new key; nothing, and nothing changed, where no column of the key has a default that gives one. */
    public Optional<NewKey> move(SyncedTable table, String recordId) throws SQLException {
        Optional<NewKey> key = NewKey.draw(database, table, recordId);
        if (key.isPresent()) {
            plan.put(
                    new Moved(table, recordId),
                    new LinkedHashMap<>(Map.of(key.get().column(), key.get().value())));
            collect(new Moved(table, recordId));
            Map<Moved, String> newKeys = newKeys();
            var queued = new RekeyedQueue(database);
            for (Moved moved : plan.keySet()) {
                queued.take(moved.table(), moved.recordId(), Objects.requireNonNull(newKeys.get(moved)));
            }
            new KeyMove(database).run(parts());
            queued.putBack();
        }
        return key;
    }

    /** Follows foreign keys from what is planned, until nothing new is found. */
    private void collect(Moved first) throws SQLException {
        var due = new ArrayDeque<>(List.of(first));
        while (!due.isEmpty()) {
            Moved parent = due.remove();
            Map<String, String> changes = Objects.requireNonNull(plan.get(parent));
            for (Reference reference : references(parent.table())) {
                Map<String, String> values = following(reference, changes);
                if (values.isEmpty()) {
                    continue;
                }
                if (reference.synced() == null) {
                    unsynced.add(part(reference, parent, values));
                    continue;
                }
                for (String child : children(reference, reference.synced(), parent)) {
                    var moved = new Moved(reference.synced(), child);
                    Map<String, String> known = plan.computeIfAbsent(moved, any -> new LinkedHashMap<>());
                    if (!known.entrySet().containsAll(values.entrySet())) {
                        known.putAll(values);
                        due.add(moved);
                    }
                }
            }
        }
    }

    private static Map<String, String> following(Reference reference, Map<String, String> changes) {
        var values = new LinkedHashMap<String, String>();
        for (int i = 0; i < reference.parentColumns().size(); i++) {
            String changed = changes.get(reference.parentColumns().get(i));
            if (changed != null) {
                values.put(reference.childColumns().get(i), changed);
            }
        }
        return values;
    }

    private List<Reference> references(SyncedTable parent) throws SQLException {
        return database.list(
                """
                SELECT n.nspname, r.relname,
                       {child_columns},
                       {parent_columns}
                FROM pg_constraint AS f
                JOIN pg_class AS r ON r.oid = f.conrelid
                JOIN pg_namespace AS n ON n.oid = r.relnamespace
                WHERE f.contype = 'f' AND f.conparentid = 0 AND f.confrelid = to_regclass(?)
                """.replace("{child_columns}", ForeignKeySql.CHILD_COLUMNS)
                        .replace("{parent_columns}", ForeignKeySql.PARENT_COLUMNS),
                row -> {
                    var child = new TableName(row.getString(1), row.getString(2));
                    return new Reference(
                            child,
                            tables.stream()
                                    .filter(t -> t.name().equals(child))
                                    .findFirst()
                                    .orElse(null),
                            SqlArray.texts(row.getArray(3)),
                            SqlArray.texts(row.getArray(4)));
                },
                parent.name().sql());
    }

    /**
     * The keys of the rows that this device made to reference {@code parent}, and that the hub does not have so yet. What
     * came from the hub references the hub's row of that key and stays with it.
     */
    private List<String> children(Reference reference, SyncedTable child, Moved parent) throws SQLException {
        var key = new KeySql(child.key());
        var parentKey = new KeySql(parent.table().key());
        String differs = IntStream.range(0, reference.childColumns().size())
                .mapToObj(i -> "o.row ->> ? IS DISTINCT FROM c."
                        + TableName.quote(reference.childColumns().get(i)) + "::text")
                .collect(Collectors.joining(" OR "));
        var arguments = new ArrayList<Object>(List.of(parent.recordId(), child.id()));
        arguments.addAll(reference.childColumns());
        return database.list(
                """
                SELECT {key}
                FROM {child} AS c
                JOIN {parent} AS p ON {references}
                JOIN {parent_key} AS k ON {same_p_k}
                WHERE EXISTS (
                    SELECT FROM (
                        SELECT u.key, u.operation,
                               offsync.row_to_json(coalesce((SELECT array_agg(n.name)
                                                             FROM jsonb_array_elements_text(u.columns) AS n(name)), s.columns),
                                                   u.old_row) AS row
                        FROM offsync.unfinished AS u
                        JOIN offsync.shape AS s ON s.id = u.shape_id
                        WHERE u.table_id = ? AND u.new_row IS NOT NULL
                    ) AS o
                    WHERE o.key = {key} AND (o.operation = 'I' OR {differs})
                )
                """.replace("{key}", key.textOfRow("c"))
                        .replace("{child}", reference.child().sql())
                        .replace("{parent}", parent.table().name().sql())
                        .replace("{references}", equal(reference))
                        .replace("{parent_key}", parentKey.ofArgument())
                        .replace("{same_p_k}", parentKey.sameAsRow("p", "k"))
                        .replace("{differs}", differs),
                row -> row.getString(1),
                arguments.toArray());
    }

    private static String equal(Reference reference) {
        return IntStream.range(0, reference.childColumns().size())
                .mapToObj(i -> "c." + TableName.quote(reference.childColumns().get(i)) + " = p."
                        + TableName.quote(reference.parentColumns().get(i)))
                .collect(Collectors.joining(" AND "));
    }

    /** All rows of a table that is not synced and references {@code parent}: nobody else can have written them. */
    private static KeyMove.Part part(Reference reference, Moved parent, Map<String, String> values) {
        var key = new KeySql(parent.table().key());
        return new KeyMove.Part(
                reference.child(),
                values,
                "EXISTS (SELECT FROM " + parent.table().name().sql() + " AS p JOIN " + key.ofArgument() + " AS k ON "
                        + key.sameAsRow("p", "k") + " WHERE " + equal(reference).replace("c.", "t.") + ")",
                List.of(parent.recordId()));
    }

    private List<KeyMove.Part> parts() {
        var parts = new ArrayList<KeyMove.Part>();
        plan.forEach((moved, values) -> {
            var key = new KeySql(moved.table().key());
            parts.add(new KeyMove.Part(
                    moved.table().name(), values, key.textOfRow("t") + " = ?", List.of(moved.recordId())));
        });
        parts.addAll(unsynced);
        return parts;
    }

    /** The key that each row will have. */
    private Map<Moved, String> newKeys() throws SQLException {
        var keys = new LinkedHashMap<Moved, String>();
        for (Map.Entry<Moved, Map<String, String>> entry : plan.entrySet()) {
            keys.put(entry.getKey(), newKey(entry.getKey(), entry.getValue()));
        }
        return keys;
    }

    private String newKey(Moved moved, Map<String, String> values) throws SQLException {
        var key = new KeySql(moved.table().key());
        var arguments = new ArrayList<Object>();
        String columns = key.each(", ", i -> {
            @Nullable String changed = values.get(moved.table().key().get(i).name());
            if (changed == null) {
                return "old.k" + (i + 1);
            }
            arguments.add(changed);
            return "(?::text)::" + moved.table().key().get(i).type() + " AS k" + (i + 1);
        });
        arguments.add(moved.recordId());
        return database.first(
                        "SELECT " + key.text("k") + " FROM (SELECT " + columns + " FROM " + key.ofArgument()
                                + " AS old) AS k",
                        row -> row.getString(1),
                        arguments.toArray())
                .orElseThrow();
    }
}
