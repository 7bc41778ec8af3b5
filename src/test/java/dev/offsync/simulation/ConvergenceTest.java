package dev.offsync.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;

/**
 * Random histories: several devices and direct writers on the hub, every automatic rule, faults between the steps. In the
 * end everybody has the hub's rows, and every value that was ever committed is there, or somebody knows why not.
 *
 * <p>{@code -Dsimulation.histories=N} lives through N histories, from {@code -Dsimulation.seed=N} on.
 */
@Tag("guarantee-5")
@Tag("guarantee-7")
@Tag("guarantee-12")
@Order(1)
class ConvergenceTest {
    private static final long FIRST = Long.getLong("simulation.seed", 1);
    private static final int HISTORIES = Integer.getInteger("simulation.histories", 10);
    private static final int WORLDS = 2;
    private static final int ENOUGH = 20;
    private static final Duration SHRINKING = Duration.ofSeconds(Integer.getInteger("simulation.shrinking", 60));

    private record Failure(History history, List<String> findings) {
        long seed() {
            return history.seed();
        }

        @Override
        public String toString() {
            return "seed " + seed() + ": " + findings;
        }
    }

    private final List<World> worlds = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(WORLDS);
    private final AtomicInteger lived = new AtomicInteger();
    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();
    private OrdinaryRole role;
    private Poolers poolers;

    @BeforeEach
    void prepare() throws SQLException, IOException {
        role = OrdinaryRole.create();
        poolers = Poolers.start(role.login());
        for (int i = 0; i < Math.min(WORLDS, HISTORIES); i++) {
            worlds.add(new World(poolers, role));
        }
    }

    @AfterEach
    void drop() throws SQLException, IOException {
        threads.shutdown();
        for (World world : worlds) {
            world.close();
        }
        poolers.close();
        role.close();
    }

    @Test
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void everybody_is_equal_in_the_end_and_nothing_is_lost(TestReporter reporter)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        var lives = new ArrayList<Future<?>>();
        for (World world : worlds) {
            lives.add(threads.submit(() -> live(world, reporter)));
        }
        for (Future<?> life : lives) {
            life.get();
        }
        reporter.publishEntry(
                "histories",
                Math.min(lived.get(), HISTORIES) + " in "
                        + Duration.ofNanos(System.nanoTime() - start).toMillis() + " ms");
        assertThat(failures.stream().map(Failure::seed)).as(this::story).isEmpty();
    }

    private void live(World world, TestReporter reporter) {
        for (int i = lived.getAndIncrement(); i < HISTORIES && failures.size() < ENOUGH; i = lived.getAndIncrement()) {
            History history = History.of(FIRST + i);
            List<String> findings = findings(world, history);
            if (!findings.isEmpty()) {
                var failure = new Failure(history, findings);
                failures.add(failure);
                reporter.publishEntry("finding", failure.toString());
            }
        }
    }

    private String story() {
        History failing = failures.stream()
                .min(Comparator.comparing(Failure::seed))
                .orElseThrow()
                .history();
        World world = worlds.get(0);
        var shrinker = new Shrinker(history -> !findings(world, history).isEmpty(), SHRINKING);
        History smallest = shrinker.shrink(failing);
        var story = new StringBuilder();
        failures.forEach(failure -> story.append(failure).append('\n'));
        return story.append("the first of them, as short as it gets: ")
                .append(smallest)
                .append("\nfindings: ")
                .append(findings(world, smallest))
                .append('\n')
                .toString();
    }

    private static List<String> findings(World world, History history) {
        try {
            return world.live(history);
        } catch (SQLException e) {
            throw new AssertionError("seed " + history.seed(), e);
        }
    }
}
