package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.offsync.testing.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * The simulation bites: where the engine is broken in a way that a review could miss, the histories of {@link
 * ConvergenceTest} tell so. The engine's SQL is altered in the databases of the test alone.
 */
@Tag("guarantee-5")
@Tag("guarantee-7")
@Tag("guarantee-10")
class BrokenEngineTest {
    private static final int MOST = 60;

    private TestReporter reporter;
    private OrdinaryRole role;
    private Poolers poolers;
    private World world;

    @BeforeEach
    void prepare(TestReporter found) throws SQLException, IOException {
        reporter = found;
        role = OrdinaryRole.create();
        poolers = Poolers.start(role.login());
        world = new World(poolers, role);
    }

    @AfterEach
    void drop() throws SQLException, IOException {
        world.close();
        poolers.close();
        role.close();
    }

    @Test
    void a_cursor_that_skips_late_commits_is_found_out() throws SQLException {
        for (Gadget gadget : world.gadgets()) {
            gadget.database().exec("""
                    CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS $$
                    BEGIN
                        NEW.cursor := concat(pg_snapshot_xmax(NEW.cursor), ':', pg_snapshot_xmax(NEW.cursor), ':')::pg_snapshot;
                        RETURN NEW;
                    END
                    $$;
                    CREATE TRIGGER skip BEFORE UPDATE ON offsync.synced_table FOR EACH ROW
                        WHEN (NEW.cursor IS NOT NULL) EXECUTE FUNCTION skip();
                    ALTER TABLE offsync.synced_table ENABLE ALWAYS TRIGGER skip;
                    """);
        }
        assertThat(findings(3)).isNotEmpty();
    }

    @Test
    void a_batch_in_flight_that_is_taken_as_lost_is_found_out() throws SQLException {
        alter(world.hub(), "offsync.hello(integer,uuid)", "d.last_batch", "0::bigint");
        assertThat(findings(9)).isNotEmpty();
    }

    @Test
    void a_batch_in_flight_that_is_taken_as_applied_is_found_out() throws SQLException {
        alter(world.hub(), "offsync.hello(integer,uuid)", "d.last_batch", "1000000::bigint");
        assertThat(findings(17)).isNotEmpty();
    }

    @Test
    void versions_read_before_the_rows_are_locked_are_found_out() throws SQLException {
        String compare = "PERFORM offsync.compare_versions(staging, batch_id, plan);";
        String function = "offsync.prepare_batch(integer,bigint,bigint,jsonb)";
        alter(world.hub(), function, compare, "");
        alter(world.hub(), function, "SET CONSTRAINTS ALL DEFERRED;", "SET CONSTRAINTS ALL DEFERRED;\n" + compare);
        assertThat(findings(45)).isNotEmpty();
    }

    /**
     * What is wrong with the first history that ends badly.
     *
     * @param first the seed of one that did when this was written; so that it need not be searched for
     */
    private List<String> findings(long first) throws SQLException {
        var findings = new ArrayList<String>();
        for (long seed : LongStream.range(first, first + MOST).toArray()) {
            findings.addAll(world.live(History.of(seed)));
            if (!findings.isEmpty()) {
                reporter.publishEntry("seed " + seed, findings.toString());
                break;
            }
        }
        return findings;
    }

    private static void alter(TestDatabase database, String function, String text, String other) throws SQLException {
        String definition = database.scalar("SELECT pg_get_functiondef(?::regprocedure)", function);
        assertThat(definition).contains(text);
        database.exec(definition.replace(text, other));
    }
}
