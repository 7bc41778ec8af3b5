package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.simulation.Step.Fault;
import dev.offsync.simulation.Step.Verb;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The link to the hub breaks after every message of the protocol, in each direction, of a push, a pull and a pull in
 * chunks. The next run finishes the work, and a trigger on either side counts every effect once.
 *
 * <p>{@code -Dfaults.stride=N} leaves out all but every N-th message.
 */
@Tag("guarantee-5")
@Tag("guarantee-7")
class FaultPointTest {
    private static final int STRIDE = Integer.getInteger("faults.stride", 1);
    private static final int NEVER_MORE = 2000;
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

    private TestDatabase hub;
    private Gadget gadget;

    @BeforeEach
    void prepare() throws SQLException {
        hub = TestDatabases.create(TestServers.hub());
        TestDatabase local = TestDatabases.create(TestServers.device());
        hub.exec(SCHEMA);
        local.exec(SCHEMA);
        gadget = Gadget.join("till", local, hub, List.of("item", "part"));
    }

    @AfterEach
    void drop() throws SQLException {
        gadget.close();
        hub.close();
    }

    @ParameterizedTest
    @CsvSource({
        "PUSH, HUB_LINK_TO_SERVER, 10000",
        "PUSH, HUB_LINK_TO_CLIENT, 10000",
        "PULL, HUB_LINK_TO_SERVER, 10000",
        "PULL, HUB_LINK_TO_CLIENT, 10000",
        "PUSH, HUB_LINK_TO_SERVER, 2",
        "PULL, HUB_LINK_TO_SERVER, 2",
        "PULL, HUB_LINK_TO_CLIENT, 2"
    })
    void a_link_may_break_after_any_message(Verb verb, Fault.Kind kind, int batchSize, TestReporter reporter)
            throws SQLException {
        gadget.database().exec("INSERT INTO offsync.sync_config VALUES ('batch_size', '" + batchSize + "')");
        int points = 0;
        boolean struck = true;
        for (int after = 1; struck && after < NEVER_MORE; after += STRIDE) {
            work(verb == Verb.PUSH ? gadget.database() : hub);
            struck = breaks(verb, new Fault(kind, after));
            gadget.run(verb);
            assertEverythingOnce(verb + " " + kind + " after " + after);
            points += struck ? 1 : 0;
        }
        reporter.publishEntry("fault points", verb + " " + kind + " in batches of " + batchSize + ": " + points);
        assertThat(points * STRIDE).isBetween(20, NEVER_MORE);
    }

    /** Whether the link broke before the run was over. */
    private boolean breaks(Verb verb, Fault fault) {
        int cuts = gadget.cuts();
        gadget.arm(fault);
        try {
            gadget.run(verb);
        } catch (OffsyncException broken) {
            assertThat(broken.reason()).as("%s: %s", fault, broken.getMessage()).isEqualTo(Reason.OFFLINE);
        }
        gadget.arm(Fault.NONE);
        return gadget.cuts() > cuts;
    }

    /** Fourteen rows, more than five batches of two: some new, some changed, some deleted. */
    private static void work(TestDatabase origin) throws SQLException {
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

    private void assertEverythingOnce(String point) throws SQLException {
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
}
