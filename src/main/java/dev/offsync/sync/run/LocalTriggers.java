package dev.offsync.sync.run;

import dev.offsync.model.Problem;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the application's triggers from firing for what comes from the hub, as PostgreSQL's own logical replication does.
 * Takes a privilege that a superuser has to grant; without it they fire.
 */
public final class LocalTriggers {
    private LocalTriggers() {}

    public static boolean maySilence(Database database) throws SQLException {
        return database.first(
                        "SELECT has_parameter_privilege('session_replication_role', 'SET')", row -> row.getBoolean(1))
                .orElse(false);
    }

    /** The triggers of applications on {@code tables} that fire for whatever offsync writes. */
    public static long ofApplications(Database database, List<SyncedTable> tables) throws SQLException {
        return database.number(
                """
                SELECT count(*)
                FROM unnest(?::text[]) AS synced (name)
                JOIN pg_trigger AS t ON t.tgrelid = to_regclass(synced.name)
                JOIN pg_proc AS p ON p.oid = t.tgfoid
                WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
                  AND p.pronamespace <> 'offsync'::regnamespace
                """, tables.stream().map(table -> table.name().sql()).toList());
    }

    /** What init says where the grant is missing; nothing is wrong, and offsync works with the triggers firing. */
    public static Optional<Problem> missingGrant(Database database) throws SQLException {
        return maySilence(database)
                ? Optional.empty()
                : Optional.of(new Problem(
                        "replication_role",
                        "",
                        null,
                        null,
                        "rows that are pulled will fire this database's own triggers",
                        grant(database)));
    }

    /** What a superuser is to do. */
    public static String grant(Database database) throws SQLException {
        String role = database.first("SELECT quote_ident(current_user)", row -> row.getString(1))
                .orElseThrow();
        return "as a superuser of the local server: GRANT SET ON PARAMETER session_replication_role TO " + role;
    }

    /** For the rest of the transaction, where the role may; says whether it may. */
    public static boolean silence(Database database) throws SQLException {
        boolean may = maySilence(database);
        if (may) {
            database.execute("SET LOCAL session_replication_role = replica");
        }
        return may;
    }
}
