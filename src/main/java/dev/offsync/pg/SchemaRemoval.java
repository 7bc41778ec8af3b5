package dev.offsync.pg;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Takes the schema offsync out of a database, and with its functions the triggers that call them. */
public final class SchemaRemoval {
    private static final String TRIGGERS = """
            FROM pg_trigger AS g
            JOIN pg_proc AS p ON p.oid = g.tgfoid
            JOIN pg_class AS c ON c.oid = g.tgrelid
            WHERE p.pronamespace = to_regnamespace('offsync') AND g.tgparentid = 0
              AND c.relnamespace <> p.pronamespace
            """;

    private final Database database;

    public SchemaRemoval(Database database) {
        this.database = database;
    }

    public boolean isThere() throws SQLException {
        return database.first("SELECT to_regnamespace('offsync') IS NOT NULL", row -> row.getBoolean(1))
                .orElse(false);
    }

    /**
     * Holds off everybody who writes to a table with offsync's triggers, until the transaction ends. In one order: two
     * that lock the same tables must not wait for each other.
     */
    public void lockTables() throws SQLException {
        database.execute("SET LOCAL lock_timeout = '30s'");
        for (String table : database.list(
                "SELECT DISTINCT g.tgrelid::regclass::text " + TRIGGERS
                        + " AND pg_has_role(c.relowner, 'USAGE') ORDER BY 1",
                row -> row.getString(1))) {
            database.execute("LOCK TABLE ONLY " + table + " IN ACCESS EXCLUSIVE MODE");
        }
    }

    /**
     * Drops everything, and says what that was.
     *
     * @throws OffsyncException reason PERMISSION, where the schema is another role's; USAGE, where something outside it
     *     was built on it
     */
    public List<String> drop() throws SQLException {
        requireOwner();
        requireNoDependents();
        var changes = new ArrayList<String>(database.list(
                "SELECT format('removes %s %s from %s', count(*),"
                        + " CASE count(*) WHEN 1 THEN 'trigger' ELSE 'triggers' END,"
                        + " g.tgrelid::regclass) " + TRIGGERS
                        + " GROUP BY g.tgrelid ORDER BY g.tgrelid::regclass::text",
                row -> row.getString(1)));
        database.execute("DROP SCHEMA offsync CASCADE");
        changes.add("removes the schema offsync with all that was in it");
        return changes;
    }

    private void requireOwner() throws SQLException {
        Optional<String> owner = database.first("""
                SELECT n.nspowner::regrole::text
                FROM pg_namespace AS n
                WHERE n.nspname = 'offsync' AND NOT pg_has_role(n.nspowner, 'USAGE')
                """, row -> row.getString(1));
        if (owner.isPresent()) {
            throw new OffsyncException(
                    Reason.PERMISSION,
                    "the schema offsync belongs to " + owner.get() + ", who alone may remove it",
                    "run it with that role, or with one that is a member of it");
        }
    }

    /** CASCADE would take an operator's own views along without a word. */
    private void requireNoDependents() throws SQLException {
        List<String> views = database.list("""
                SELECT DISTINCT c.oid::regclass::text
                FROM pg_depend AS d
                JOIN pg_rewrite AS r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
                JOIN pg_class AS c ON c.oid = r.ev_class
                LEFT JOIN pg_class AS used ON d.refclassid = 'pg_class'::regclass AND used.oid = d.refobjid
                LEFT JOIN pg_proc AS called ON d.refclassid = 'pg_proc'::regclass AND called.oid = d.refobjid
                WHERE c.relnamespace <> 'offsync'::regnamespace
                  AND 'offsync'::regnamespace IN (used.relnamespace, called.pronamespace)
                ORDER BY 1
                """, row -> row.getString(1));
        if (!views.isEmpty()) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "views were built on the schema offsync: " + String.join(", ", views),
                    "drop them first: DROP VIEW " + String.join(", ", views));
        }
    }
}
