package dev.offsync.simulation;

import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A login of both servers that is no superuser's and may silence no triggers, as a device's should be: it owns its tables
 * on the device, and on the hub has what a device needs.
 */
record OrdinaryRole(String name) implements AutoCloseable {
    private static final String PASSWORD = "secret";

    static OrdinaryRole create() throws SQLException {
        var role = new OrdinaryRole("ordinary_" + UUID.randomUUID().toString().replace("-", ""));
        role.onServers("CREATE ROLE " + role.name + " LOGIN PASSWORD '" + PASSWORD + "'");
        return role;
    }

    /** Its password by its name. */
    Map<String, String> login() {
        return Map.of(name, PASSWORD);
    }

    /** Makes {@code schema} in a device's database, as the role's own. */
    void own(TestDatabase database, String schema) throws SQLException {
        database.exec("GRANT CREATE ON DATABASE " + database.address().database() + " TO " + name
                + "; GRANT USAGE, CREATE ON SCHEMA public TO " + name);
        new TestDatabase(database.server(), of(database)).exec(schema);
    }

    /** Lets the role sync {@code tables} with a hub that others have prepared. */
    void admitTo(TestDatabase hub, List<String> tables) throws SQLException {
        hub.exec("GRANT offsync_device TO " + name + "; GRANT SELECT, INSERT, UPDATE, DELETE ON "
                + String.join(", ", tables) + " TO " + name);
    }

    /** As whom it comes into {@code database}. */
    ServerAddress of(TestDatabase database) {
        return database.address().withLogin(name, PASSWORD);
    }

    /** The databases in which it owns something are to be gone. */
    @Override
    public void close() throws SQLException {
        onServers("DROP ROLE " + name);
    }

    private void onServers(String sql) throws SQLException {
        for (ServerAddress server : new LinkedHashSet<>(List.of(TestServers.hub(), TestServers.device()))) {
            try (var session = new Sql(server.connect())) {
                session.exec(sql);
            }
        }
    }
}
