package dev.offsync.engine;

import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.Sql;
import java.sql.SQLException;

/**
 * A device whose hub login is an ordinary one, as a device's should be: a member of offsync_device with rights on its
 * tables. An owner prepared the hub.
 */
record RestrictedDevice(Fleet fleet, Device device, ServerAddress login) implements AutoCloseable {
    /** Registers device a of a fleet that is not prepared yet, under a role named after the hub's database. */
    static RestrictedDevice of(Fleet fleet, String... tables) throws SQLException {
        return named("a", fleet, fleet.a(), tables);
    }

    static RestrictedDevice named(String suffix, Fleet fleet, Device as, String... tables) throws SQLException {
        String role = "till_" + suffix + "_" + fleet.hub().address().database();
        // An owner's init has to have run first: it makes the schema that the device uses.
        fleet.b().init(tables);
        fleet.hub().exec("CREATE ROLE " + role + " LOGIN PASSWORD 'secret' IN ROLE offsync_device");
        for (String table : tables) {
            fleet.hub().exec("GRANT SELECT, INSERT, UPDATE, DELETE ON " + table + " TO " + role);
        }
        ServerAddress login = fleet.hub().address().withLogin(role, "secret");
        var device = new Device(as.name(), as.database(), login.url());
        device.init(tables);
        return new RestrictedDevice(fleet, device, login);
    }

    /** A session of the device's hub login, to do with what it may. */
    Sql session() throws SQLException {
        return new Sql(login.connect());
    }

    @Override
    public void close() throws SQLException {
        fleet.hub().exec("DROP OWNED BY " + login.user() + " CASCADE; DROP ROLE " + login.user());
    }
}
