package dev.offsync.hub;

import dev.offsync.pg.Database;
import dev.offsync.pg.SchemaRemoval;
import java.sql.SQLException;
import java.util.List;

/** Takes offsync out of the hub. Works within the caller's transaction. */
public final class HubRemoval {
    /** A device that is not revoked, and what it had not sent at its last contact. */
    public record Registered(String name, long unsent) {}

    private final Database database;

    public HubRemoval(Database database) {
        this.database = database;
    }

    /** The devices that could still sync; none can from now on until the transaction ends. */
    public List<Registered> devices() throws SQLException {
        new SchemaRemoval(database).lockTables();
        return database.list("""
                SELECT d.name, coalesce(d.pending, 0) + coalesce(d.failed, 0) + coalesce(d.conflicts, 0)
                FROM offsync.device AS d
                WHERE d.revoked_at IS NULL
                ORDER BY d.name
                """, row -> new Registered(row.getString(1), row.getLong(2)));
    }

    /** Removes everything, and says what that was. The tables and their rows stay as they are. */
    public List<String> remove() throws SQLException {
        return new SchemaRemoval(database).drop();
    }
}
