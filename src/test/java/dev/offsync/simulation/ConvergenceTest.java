package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Random histories: several devices and direct writers on the hub, every automatic rule, faults between the steps. In the
 * end everybody has the hub's rows, and every value that was ever committed is there, or somebody knows why not.
 *
 * <p>{@code -Dsimulation.histories=N} lives through N histories, from {@code -Dsimulation.seed=N} on.
 */
@Tag("guarantee-5")
@Tag("guarantee-7")
@Tag("guarantee-12")
class ConvergenceTest {
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final int HISTORIES = Integer.getInteger("simulation.histories", 50);
    private static final int ENOUGH = 20;
    private static final Duration SHRINKING = Duration.ofSeconds(Integer.getInteger("simulation.shrinking", 60));

    private World world;

    @BeforeEach
    void prepare() throws SQLException {
        world = new World();
    }

    @AfterEach
    void drop() throws SQLException {
        world.close();
    }

    @Test
    void everybody_is_equal_in_the_end_and_nothing_is_lost(TestReporter reporter) throws SQLException {
        long start = System.nanoTime();
        var failing = new ArrayList<History>();
        var wrong = new ArrayList<String>();
        int lived = 0;
        for (; lived < HISTORIES && failing.size() < ENOUGH; lived++) {
            History history = History.of(FIRST + lived);
            List<String> findings = world.live(history);
            if (!findings.isEmpty()) {
                failing.add(history);
                wrong.add("seed " + history.seed() + ": " + findings);
                reporter.publishEntry("seed " + history.seed(), findings.toString());
            }
        }
        reporter.publishEntry(
                "histories",
                lived + " in " + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
        assertThat(failing.stream().map(History::seed))
                .as(() -> story(failing.get(0), wrong))
                .isEmpty();
    }

    private String story(History failing, List<String> wrong) {
        History smallest = new Shrinker(history -> !live(history).isEmpty(), SHRINKING).shrink(failing);
        return String.join("\n", wrong) + "\nthe first of them, as short as it gets: " + smallest + "\nfindings: "
                + live(smallest) + "\n";
    }

    private List<String> live(History history) {
        try {
            return world.live(history);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
