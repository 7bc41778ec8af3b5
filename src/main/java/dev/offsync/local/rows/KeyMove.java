package dev.offsync.local.rows;

import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Gives rows new values in columns that foreign keys tie together, all in one statement: in between, no constraint
 * holds. Must be used within a transaction that has set the output settings.
 */
final class KeyMove {
    /** Rows of one table that get the same {@code values}: {@code where} picks them, with its {@code arguments}. */
    record Part(TableName table, Map<String, String> values, String where, List<Object> arguments) {}

    private final Database database;
    private final Map<TableName, List<Column>> columns = new HashMap<>();

    KeyMove(Database database) {
        this.database = database;
    }

    void run(List<Part> parts) throws SQLException {
        var steps = new ArrayList<String>();
        var arguments = new ArrayList<Object>();
        for (Part part : parts) {
            String name = "step" + steps.size();
            if (replaces(part)) {
                steps.add(name + "gone AS (DELETE FROM " + part.table().sql() + " AS t WHERE " + part.where()
                        + " RETURNING t.*),\n" + name + " AS (" + replacement(part, name + "gone") + ")");
                arguments.addAll(part.arguments());
                arguments.addAll(part.values().values());
            } else {
                steps.add(name + " AS (" + update(part) + ")");
                arguments.addAll(part.values().values());
                arguments.addAll(part.arguments());
            }
        }
        database.list("WITH " + String.join(",\n", steps) + "\nSELECT 1", row -> row.getInt(1), arguments.toArray());
    }

    private String update(Part part) throws SQLException {
        List<Column> columns = columns(part.table());
        return "UPDATE " + part.table().sql() + " AS t SET "
                + part.values().keySet().stream()
                        .map(column -> TableName.quote(column) + " = (?::text)::" + typeOf(columns, column))
                        .collect(Collectors.joining(", "))
                + " WHERE " + part.where();
    }

    /** An identity column that is GENERATED ALWAYS cannot be updated. */
    private boolean replaces(Part part) throws SQLException {
        return columns(part.table()).stream()
                .anyMatch(
                        column -> column.identity().equals("a") && part.values().containsKey(column.name()));
    }

    private String replacement(Part part, String gone) throws SQLException {
        List<Column> columns = columns(part.table()).stream()
                .filter(column -> column.generated().isEmpty())
                .toList();
        // The arguments come in the order of the values, whatever the order of the columns.
        List<String> changed = List.copyOf(part.values().keySet());
        String given = changed.stream()
                .map(column -> "(?::text)::" + typeOf(columns, column) + " AS " + TableName.quote(column))
                .collect(Collectors.joining(", "));
        String names = columns.stream().map(c -> TableName.quote(c.name())).collect(Collectors.joining(", "));
        String values = columns.stream()
                .map(c -> (changed.contains(c.name()) ? "given." : "gone.") + TableName.quote(c.name()))
                .collect(Collectors.joining(", "));
        return "INSERT INTO " + part.table().sql() + " (" + names + ") OVERRIDING SYSTEM VALUE SELECT " + values
                + " FROM " + gone + " AS gone, (SELECT " + given + ") AS given";
    }

    /** The type of a column as SQL. */
    String type(TableName table, String column) throws SQLException {
        return typeOf(columns(table), column);
    }

    private static String typeOf(List<Column> columns, String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow()
                .type();
    }

    private List<Column> columns(TableName table) throws SQLException {
        List<Column> known = columns.get(table);
        if (known == null) {
            known = new Catalog(database).columns(table);
            columns.put(table, known);
        }
        return known;
    }
}
