package dev.offsync.engine;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;

/** A device without any superuser: {@code role} owns its local tables, and on the hub has what a device needs. */
record PlainDevice(Device device, TestDatabase hub, String role, TestDatabase local) implements AutoCloseable {
    /** Makes the role on both servers, the tables of {@code schema} as its own, and joins {@code hub} for {@code tables}. */
    static PlainDevice join(TestDatabase hub, String schema, String... tables) throws SQLException {
        TestDatabase local = TestDatabases.create(TestServers.device());
        String role = "plain_" + local.address().database();
        hub.exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret' IN ROLE offsync_device;"
                + "GRANT SELECT, INSERT, UPDATE, DELETE ON " + String.join(", ", tables) + " TO " + role);
        local.exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret';"
                + "GRANT CREATE ON DATABASE " + local.address().database() + " TO " + role + ";"
                + "GRANT USAGE, CREATE ON SCHEMA public TO " + role + ";");
        var own = new TestDatabase(local.server(), local.address().withLogin(role, "secret"));
        own.exec(schema);
        var device =
                new Device("plain", own, hub.address().withLogin(role, "secret").url());
        device.init(tables);
        return new PlainDevice(device, hub, role, local);
    }

    @Override
    public void close() throws SQLException {
        TestDatabases.dropIfThere(local); // now, since the role has rights in it
        hub.exec("DROP OWNED BY " + role + "; DROP ROLE " + role);
        try (var server = new Sql(local.server().connect())) {
            server.exec("DROP ROLE " + role);
        }
    }
}
