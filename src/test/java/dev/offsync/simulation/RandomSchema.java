package dev.offsync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Some tables that refer to each other in a chain, to themselves or in a circle, at once or deferred, with unique values
 * that may be checked at the end of a statement or of a transaction; and statements over few keys and few values.
 */
final class RandomSchema {
    private static final int KEYS = 5;
    private static final int VALUES = 5;

    /** @param parents the tables that its columns p0, p1 … refer to */
    private record Table(String name, List<Integer> parents, List<String> rules, String unique) {}

    private final String schema;
    private final Random random;
    private final List<Table> tables = new ArrayList<>();
    private int notes;

    RandomSchema(String schema, Random random) {
        this.schema = schema;
        this.random = random;
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            var parents = new ArrayList<Integer>();
            if (i > 0 && random.nextInt(4) > 0) {
                parents.add(random.nextInt(i));
            }
            if (random.nextInt(3) == 0) {
                parents.add(i);
            }
            if (random.nextInt(3) == 0) {
                parents.add(random.nextInt(count));
            }
            List<String> rules = parents.stream().map(parent -> rule()).toList();
            tables.add(new Table(
                    schema + ".t" + i, List.copyOf(parents), rules, chosen("", "UNIQUE", "UNIQUE", DEFERRED)));
        }
    }

    private static final String DEFERRED = "UNIQUE DEFERRABLE INITIALLY DEFERRED";

    List<String> tables() {
        return tables.stream().map(Table::name).toList();
    }

    String ddl() {
        var ddl = new StringBuilder("CREATE SCHEMA " + schema + ";\n");
        for (Table table : tables) {
            ddl.append("CREATE TABLE ")
                    .append(table.name())
                    .append(" (id integer PRIMARY KEY, u text ")
                    .append(table.unique())
                    .append(", note text");
            for (int i = 0; i < table.parents().size(); i++) {
                ddl.append(", p").append(i).append(" integer");
            }
            ddl.append(");\n");
        }
        for (Table table : tables) {
            for (int i = 0; i < table.parents().size(); i++) {
                ddl.append("ALTER TABLE ")
                        .append(table.name())
                        .append(" ADD FOREIGN KEY (p")
                        .append(i)
                        .append(") REFERENCES ")
                        .append(tables.get(table.parents().get(i)).name())
                        .append(' ')
                        .append(table.rules().get(i))
                        .append(";\n");
            }
        }
        return ddl.toString();
    }

    List<String> transaction() {
        var statements = new ArrayList<String>();
        int length = 1 + random.nextInt(6);
        while (statements.size() < length) {
            statements.add(statement(tables.get(random.nextInt(tables.size()))));
        }
        if (random.nextInt(3) == 0) {
            statements.add(0, "SET CONSTRAINTS ALL DEFERRED");
        }
        return List.copyOf(statements);
    }

    private String statement(Table table) {
        String where = " WHERE id = " + key();
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 ->
                "INSERT INTO " + table.name() + " VALUES (" + key() + ", " + value() + ", " + note() + references(table)
                        + ")";
            case 4 -> "UPDATE " + table.name() + " SET note = " + note() + where;
            case 5 -> "UPDATE " + table.name() + " SET u = " + value() + where;
            case 6 ->
                "UPDATE " + table.name() + " SET u = CASE u WHEN 'v1' THEN 'v2' ELSE 'v1' END WHERE u IN ('v1', 'v2')";
            case 7 -> "UPDATE " + table.name() + " SET id = " + key() + where;
            case 8 ->
                table.parents().isEmpty()
                        ? "UPDATE " + table.name() + " SET note = NULL" + where
                        : "UPDATE " + table.name() + " SET p"
                                + random.nextInt(table.parents().size()) + " = " + reference() + where;
            default -> "DELETE FROM " + table.name() + where;
        };
    }

    private String references(Table table) {
        var references = new StringBuilder();
        table.parents().forEach(parent -> references.append(", ").append(reference()));
        return references.toString();
    }

    private String rule() {
        return chosen("", "ON DELETE CASCADE", "ON DELETE SET NULL", "ON UPDATE CASCADE")
                + chosen("", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED");
    }

    private String chosen(String... from) {
        return from[random.nextInt(from.length)];
    }

    private String reference() {
        return random.nextInt(3) == 0 ? "NULL" : "" + key();
    }

    private int key() {
        return 1 + random.nextInt(KEYS);
    }

    private String value() {
        return random.nextInt(4) == 0 ? "NULL" : "'v" + (1 + random.nextInt(VALUES)) + "'";
    }

    private String note() {
        return "'<" + ++notes + ">'";
    }
}
