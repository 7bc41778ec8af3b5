package dev.offsync.engine;

import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.List;

/** A hub and two devices with the same tables, initialised and in step. */
record Fleet(TestDatabase hub, Device a, Device b) implements AutoCloseable {
    /** Every database gets {@code schema}; {@code tables} are synced. */
    static Fleet of(String schema, String... tables) throws SQLException {
        return PreparedFleets.of(schema, tables);
    }

    /** Every database gets {@code schema}; {@code tables} are synced, and {@code rows} of the hub have come to both devices. */
    static Fleet inStep(String schema, String rows, String... tables) throws SQLException {
        return PreparedFleets.inStep(schema, rows, tables);
    }

    /** Every database gets {@code schema}, and init has not run. */
    static Fleet unprepared(String schema) throws SQLException {
        TestDatabase hub = TestDatabases.create(TestServers.hub());
        hub.exec(schema);
        return new Fleet(hub, device("a", hub, schema), device("b", hub, schema));
    }

    private static Device device(String name, TestDatabase hub, String schema) throws SQLException {
        TestDatabase database = TestDatabases.create(TestServers.device());
        database.exec(schema);
        return new Device(name, database, hub.url());
    }

    /** The same fleet, whose devices' sessions end with each run. */
    Fleet cold() {
        return new Fleet(hub, a.cold(), b.cold());
    }

    /** Lets the devices sync in turn until each has heard of what the other sent. */
    void settle() {
        a.sync();
        b.sync();
        a.sync();
        b.sync();
    }

    /** What {@code query} answers on the hub, after asserting nothing; for comparison with devices. */
    List<String> onHub(String query) throws SQLException {
        return hub.rows(query);
    }

    /** From now on the hub notes in the table {@code heard} how often a trigger of its own on {@code table} fires, and with what. */
    void listen(String table) throws SQLException {
        hub.exec("""
                CREATE TABLE heard (event text);
                CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO heard VALUES (TG_OP || ' ' || coalesce(NEW::text, OLD::text));
                    RETURN NULL;
                END $$;
                CREATE TRIGGER hear AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION hear();
                """.formatted(table));
    }

    /** A batch that goes another way to the hub than a plain one fails from now on. */
    void barTheUsualWay() throws SQLException {
        hub.exec("ALTER FUNCTION offsync.unpack(integer, bigint) RENAME TO packed");
    }

    void openTheUsualWay() throws SQLException {
        hub.exec("ALTER FUNCTION offsync.packed(integer, bigint) RENAME TO unpack");
    }

    @Override
    public void close() throws SQLException {
        a.close();
        b.close();
        hub.close();
    }
}
