package dev.offsync.hub;

import dev.offsync.pg.Database;
import java.sql.SQLException;

/** Where a database lives, asked of one that may know nothing of offsync. */
public final class Place {
    private Place() {}

    /** What the hub's function cluster says. */
    public static String of(Database database) throws SQLException {
        return database.first("""
                        SELECT c.system_identifier || '/' || d.oid
                        FROM pg_control_system() AS c, pg_database AS d
                        WHERE d.datname = current_database()
                        """, row -> row.getString(1)).orElseThrow();
    }
}
