package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.ServerAddress;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import java.sql.SQLException;
import java.util.List;

/** A hub and one device, with triggers on either side that count every effect. */
record Workshop(TestDatabase hub, Gadget gadget) implements AutoCloseable {
    private static final String SCHEMA = """
            CREATE TABLE item (id integer PRIMARY KEY, name text);
            CREATE TABLE part (shelf text, id integer, item_id integer REFERENCES item, PRIMARY KEY (shelf, id));
            CREATE TABLE effect (kind text, id integer);
            CREATE FUNCTION count_effect() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO public.effect VALUES (TG_TABLE_NAME || ' ' || TG_OP, coalesce(NEW.id, OLD.id));
                RETURN NULL;
            END
            $$;
            CREATE TRIGGER effect AFTER INSERT OR UPDATE OR DELETE ON item FOR EACH ROW EXECUTE FUNCTION count_effect();
            CREATE TRIGGER effect AFTER INSERT OR UPDATE OR DELETE ON part FOR EACH ROW EXECUTE FUNCTION count_effect();
            ALTER TABLE item ENABLE ALWAYS TRIGGER effect;
            ALTER TABLE part ENABLE ALWAYS TRIGGER effect;
            """;
    private static final String EFFECTS = "SELECT kind, id, count(*) FROM effect GROUP BY kind, id ORDER BY kind, id";

    static Workshop on(ServerAddress hubServer, ServerAddress deviceServer, Poolers poolers) throws SQLException {
        TestDatabase hub = TestDatabases.create(hubServer);
        TestDatabase local = TestDatabases.create(deviceServer);
        hub.exec(SCHEMA);
        local.exec(SCHEMA);
        return new Workshop(hub, Gadget.join("till", local, hub, poolers, List.of("item", "part")));
    }

    /** Where a run of {@code verb} gets its work from. */
    TestDatabase origin(Step.Verb verb) {
        return verb == Step.Verb.PUSH ? gadget.database() : hub;
    }

    /** Fourteen rows, more than five batches of two: some new, some changed, some deleted. */
    void work(TestDatabase origin) throws SQLException {
        origin.exec("TRUNCATE effect");
        origin.exec("""
                BEGIN;
                UPDATE item SET name = name || '.' WHERE id > (SELECT max(id) - 3 FROM item);
                DELETE FROM part WHERE id = (SELECT max(id) FROM part);
                INSERT INTO item SELECT coalesce(max(m.id), 0) + i, 'new' FROM generate_series(1, 6) AS i,
                    (SELECT max(id) AS id FROM item) AS m GROUP BY i;
                COMMIT;
                """);
        origin.exec("INSERT INTO part SELECT 'a', id, id FROM item ORDER BY id DESC LIMIT 6");
    }

    /** Both sides are equal, and the triggers of both have seen each effect once. */
    void assertEverythingOnce(String point) throws SQLException {
        for (String table : List.of("item", "part")) {
            String rows = "SELECT t::text FROM " + table + " AS t ORDER BY id";
            assertThat(gadget.database().rows(rows)).as(point).isEqualTo(hub.rows(rows));
        }
        assertThat(gadget.database().rows(EFFECTS)).as(point).isEqualTo(hub.rows(EFFECTS));
        assertThat(gadget.database()
                        .scalar("SELECT count(*) FROM offsync.operation_queue"
                                + " WHERE status <> 'completed' OR retry_count > 0"))
                .as(point)
                .isEqualTo("0");
        hub.exec("TRUNCATE effect");
        gadget.database().exec("TRUNCATE effect");
    }

    @Override
    public void close() throws SQLException {
        gadget.close();
        hub.close();
    }
}
