package dev.offsync.simulation;

import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A hub and its devices, which live through one history after the other, each from the same beginning. */
final class World implements AutoCloseable {
    /** What direct writers on the hub overwrote is known to them. */
    private static final String AUDIT = """
            CREATE TABLE audit (old_row text);
            CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF current_setting('application_name') = 'offsync-test' THEN
                    INSERT INTO public.audit VALUES (OLD::text);
                END IF;
                RETURN NULL;
            END
            $$;
            """;

    private final Place hub;
    private final List<Gadget> gadgets = new ArrayList<>();
    private final List<Writer> writers = new ArrayList<>();
    private final Gadget ordinary;
    private final Writer ordinaryWriter;

    /** @param role of the device that takes the first one's place in some histories */
    World(Poolers poolers, OrdinaryRole role) throws SQLException {
        TestDatabase database = TestDatabases.create(TestServers.hub());
        database.exec(RandomWrites.SCHEMA + RandomWrites.ROWS + AUDIT);
        for (String table : RandomWrites.TABLES) {
            database.exec("CREATE TRIGGER audit AFTER UPDATE OR DELETE ON " + table
                    + " FOR EACH ROW EXECUTE FUNCTION audit()");
        }
        for (int i = 0; i < History.DEVICES; i++) {
            TestDatabase local = TestDatabases.create(TestServers.device());
            local.exec(RandomWrites.SCHEMA + RandomRules.FUNCTION);
            gadgets.add(Gadget.join("device" + i, local, database, poolers, RandomWrites.TABLES));
            writers.add(new Writer(local));
        }
        writers.add(new Writer(database));
        TestDatabase local = TestDatabases.create(TestServers.device());
        role.own(local, RandomWrites.SCHEMA + RandomRules.FUNCTION);
        role.admitTo(database, RandomWrites.TABLES);
        ordinary = Gadget.join("ordinary", role, local, database, poolers, RandomWrites.TABLES);
        ordinaryWriter = new Writer(local);
        hub = Place.of(database);
    }

    TestDatabase hub() {
        return hub.database();
    }

    List<Gadget> gadgets() {
        var all = new ArrayList<>(gadgets);
        all.add(ordinary);
        return all;
    }

    /** What is wrong at the end of {@code history}; nothing if all is well. */
    List<String> live(History history) throws SQLException {
        hub.reset();
        var taking = new ArrayList<>(gadgets.subList(0, history.devices()));
        var writing = new ArrayList<>(writers);
        if (history.isFirstOrdinary()) {
            taking.set(0, ordinary);
            writing.set(0, ordinaryWriter);
        }
        for (int i = 0; i < taking.size(); i++) {
            taking.get(i).place().reset();
            if (history.isInChunks()) {
                taking.get(i).database().exec("INSERT INTO offsync.sync_config VALUES ('batch_size', '2')");
            }
            for (String rule : history.rules().get(i)) {
                taking.get(i).database().exec(rule);
            }
        }
        try (var life = new Life(hub, taking, writing)) {
            return life.live(history);
        }
    }

    @Override
    public void close() throws SQLException {
        for (Writer writer : writers) {
            writer.close();
        }
        for (Gadget gadget : gadgets) {
            gadget.close();
        }
        ordinaryWriter.close();
        ordinary.close();
        hub.close();
        // The role goes next.
        TestDatabases.dropIfThere(ordinary.database());
        TestDatabases.dropIfThere(hub.database());
    }
}
