package dev.offsync.sync;

import dev.offsync.pg.Database;
import java.sql.SQLException;

/**
 * Keeps the application's triggers from firing for what comes from the hub, as PostgreSQL's own logical replication does.
 * Takes a privilege that a superuser has to grant; without it they fire.
 */
final class LocalTriggers {
    private LocalTriggers() {}

    static boolean maySilence(Database database) throws SQLException {
        return database.first(
                        "SELECT has_parameter_privilege('session_replication_role', 'SET')", row -> row.getBoolean(1))
                .orElse(false);
    }

    /** For the rest of the transaction, where the role may; says whether it may. */
    static boolean silence(Database database) throws SQLException {
        boolean may = maySilence(database);
        if (may) {
            database.execute("SET LOCAL session_replication_role = replica");
        }
        return may;
    }
}
