package dev.offsync.pg;

import java.sql.SQLException;

/** Where a database lives, which tells it from its copies; asked of any, also of one that knows nothing of offsync. */
public final class Place {
    private Place() {}

    /** The cluster's system identifier and the database's oid, as the hub's function cluster says them, too. */
    public static String of(Database database) throws SQLException {
        return database.first("""
                        SELECT c.system_identifier || '/' || d.oid
                        FROM pg_control_system() AS c, pg_database AS d
                        WHERE d.datname = current_database()
                        """, row -> row.getString(1)).orElseThrow();
    }
}
