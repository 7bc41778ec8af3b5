package dev.offsync.upgrade;

import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.util.stream.Collectors;

/** Rows and sequences of a database as SQL that puts them into one with the same tables. */
record Dump(Database database) {
    /** Every row of every table of {@code schema}, in place of what is there; foreign keys are left unchecked. */
    String rows(String schema) throws SQLException {
        var sql = new StringBuilder("SET session_replication_role = replica;\n");
        for (String table : database.list("""
                SELECT c.oid::regclass::text
                FROM pg_class AS c
                WHERE c.relnamespace = ?::regnamespace AND c.relkind = 'r'
                ORDER BY c.oid
                """, row -> row.getString(1), schema)) {
            sql.append("DELETE FROM ").append(table).append(";\n").append(rowsOf(table));
        }
        return sql.append("RESET session_replication_role;\n").toString();
    }

    private String rowsOf(String table) throws SQLException {
        return database.transaction(() -> {
            database.execute(OutputSettings.forTransaction());
            return String.join("", database.list("""
                            SELECT format(E'INSERT INTO %s OVERRIDING SYSTEM VALUE SELECT (%L::%1$s).*;\\n', '{table}', t)
                            FROM {table} AS t
                            ORDER BY t::text
                            """.replace("{table}", table), row -> row.getString(1)));
        });
    }

    /** The bounds and the state of every sequence. */
    String sequences() throws SQLException {
        return database
                .list(
                        """
                        SELECT format('%I.%I', schemaname, sequencename), min_value, max_value, start_value, last_value
                        FROM pg_sequences
                        ORDER BY 1
                        """,
                        row -> "ALTER SEQUENCE " + row.getString(1) + " MINVALUE " + row.getLong(2) + " MAXVALUE "
                                + row.getLong(3) + " START " + row.getLong(4) + " RESTART;\n"
                                + (row.getString(5) == null
                                        ? ""
                                        : "SELECT setval('" + row.getString(1) + "', " + row.getLong(5) + ");\n"))
                .stream()
                .collect(Collectors.joining());
    }
}
