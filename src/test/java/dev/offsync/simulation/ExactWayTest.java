package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.simulation.Step.Verb;
import dev.offsync.testing.TestDatabase;
import dev.offsync.testing.TestDatabases;
import dev.offsync.testing.TestServers;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * The hub writes a batch set by set, and where that runs into a constraint in one statement. Random schemas and the same
 * random history on two devices: one hub goes its usual way, the other has been altered to write every batch in the exact
 * way. In the end both have the same rows with the same versions, and the devices the same conflicts.
 *
 * <p>{@code -Dsimulation.seed=N} goes on from other seeds, {@code -Dexact.schemas=N} makes more schemas.
 */
@Tag("guarantee-4")
class ExactWayTest {
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final int SCHEMAS = Integer.getInteger("exact.schemas", 5);
    private static final int ROUNDS = 4;
    private static final int TRANSACTIONS = 4;
    private static final String WRITES = "PERFORM offsync.write_batch(staging, batch_id, plan);";

    /** A hub and its device, and the sessions of the applications that write to them. */
    private record Pair(TestDatabase hub, Gadget gadget, Writer onHub, Writer onDevice) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            onHub.close();
            onDevice.close();
            gadget.close();
            hub.close();
        }
    }

    private final List<RandomSchema> schemas = new ArrayList<>();
    private Random random;
    private Poolers poolers;
    private Pair usual;
    private Pair exact;

    @BeforeEach
    void prepare() throws SQLException, IOException {
        random = new Random(FIRST * 0x9E3779B97F4A7C15L);
        for (int i = 0; i < SCHEMAS; i++) {
            schemas.add(new RandomSchema("s" + i, random));
        }
        poolers = Poolers.start();
        usual = pair();
        exact = pair();
        String apply = exact.hub()
                .scalar("SELECT pg_get_functiondef('offsync.apply_batch(integer,bigint,bigint,jsonb)'::regprocedure)");
        assertThat(apply).contains(WRITES).contains("IF offsync.is_plain(plan) THEN");
        exact.hub()
                .exec(apply.replace(WRITES, "collided := true;")
                        .replace("IF offsync.is_plain(plan) THEN", "IF false THEN"));
    }

    private Pair pair() throws SQLException {
        TestDatabase hub = TestDatabases.create(TestServers.hub());
        TestDatabase local = TestDatabases.create(TestServers.device());
        var tables = new ArrayList<String>();
        for (RandomSchema schema : schemas) {
            hub.exec(schema.ddl());
            local.exec(schema.ddl());
            tables.addAll(schema.tables());
        }
        Gadget gadget = Gadget.join("till", local, hub, poolers, tables);
        for (String type :
                List.of("update_update", "update_delete", "insert_insert", "unique_violation", "foreign_key")) {
            local.exec("INSERT INTO offsync.conflict_resolution_rules (table_name, conflict_type, resolution_strategy)"
                    + " VALUES ('*', '" + type + "', 'remote_wins')");
        }
        return new Pair(hub, gadget, new Writer(hub), new Writer(local));
    }

    @AfterEach
    void drop() throws SQLException, IOException {
        usual.close();
        exact.close();
        poolers.close();
    }

    @Timeout(value = 1, unit = TimeUnit.HOURS)
    @Test
    void both_ways_give_the_same_hub(TestReporter reporter) throws SQLException {
        int pushes = 0;
        for (RandomSchema schema : schemas) {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < TRANSACTIONS; i++) {
                    List<String> statements = schema.transaction();
                    boolean there = random.nextInt(5) == 0;
                    for (Pair pair : List.of(usual, exact)) {
                        Writer writer = there ? pair.onHub() : pair.onDevice();
                        writer.begin(statements);
                        writer.commit();
                    }
                }
                Verb verb = random.nextInt(3) == 0 ? Verb.SYNC : Verb.PUSH;
                usual.gadget().run(verb);
                exact.gadget().run(verb);
                pushes++;
                assertSame(schema, round);
            }
        }
        reporter.publishEntry("pushes each way", String.valueOf(pushes));
    }

    private void assertSame(RandomSchema schema, int round) throws SQLException {
        for (String table : schema.tables()) {
            String where = "seed " + FIRST + ", round " + round + " of " + schema.ddl() + table;
            String rows = "SELECT t::text FROM " + table + " AS t ORDER BY id";
            assertThat(exact.hub().rows(rows)).as(where).isEqualTo(usual.hub().rows(rows));
            String here = usual.hub()
                    .scalar("SELECT id FROM offsync.tracked_table WHERE relation = '" + table + "'::regclass");
            String there = exact.hub()
                    .scalar("SELECT id FROM offsync.tracked_table WHERE relation = '" + table + "'::regclass");
            String versions = "SELECT k1, version, deleted FROM offsync.row_%s ORDER BY k1";
            assertThat(exact.hub().rows(versions.formatted(there)))
                    .as(where)
                    .isEqualTo(usual.hub().rows(versions.formatted(here)));
        }
        String log = "SELECT table_name, record_id, conflict_type, local_data, remote_data, base_data, resolution"
                + " FROM offsync.conflict_log ORDER BY id";
        assertThat(exact.gadget().database().rows(log))
                .as("seed %s", FIRST)
                .isEqualTo(usual.gadget().database().rows(log));
    }
}
