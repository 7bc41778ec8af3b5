package dev.offsync.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Leaves out of a failing history whatever it fails without, as long as time allows. */
final class Shrinker {
    private final Predicate<History> fails;
    private final long end;

    Shrinker(Predicate<History> fails, Duration limit) {
        this.fails = fails;
        this.end = System.nanoTime() + limit.toNanos();
    }

    History shrink(History failing) {
        History smallest = failing;
        for (int size = failing.steps().size() / 2; size > 0; size /= 2) {
            smallest = withoutRunsOf(smallest, size);
        }
        for (int i = 0; i < smallest.steps().size(); i++) {
            smallest = simpler(smallest, i);
        }
        return smallest;
    }

    private History withoutRunsOf(History history, int size) {
        History smallest = history;
        for (int from = smallest.steps().size() - size; from >= 0; from--) {
            if (from + size <= smallest.steps().size()) {
                var fewer = new ArrayList<>(smallest.steps());
                fewer.subList(from, from + size).clear();
                smallest = better(smallest, fewer);
            }
        }
        return smallest;
    }

    private History simpler(History history, int index) {
        Step step = history.steps().get(index);
        if (step instanceof Step.Run run) {
            return replaced(history, index, new Step.Run(run.device(), run.verb(), Step.Fault.NONE));
        }
        History smallest = history;
        List<String> statements = statements(step);
        for (int i = statements.size() - 1; i >= 0 && statements.size() > 1; i--) {
            var fewer = new ArrayList<>(statements);
            fewer.remove(i);
            Step shorter = step instanceof Step.Write write
                    ? new Step.Write(write.site(), List.copyOf(fewer))
                    : new Step.Open(List.copyOf(fewer));
            smallest = replaced(smallest, index, shorter);
            statements = statements(smallest.steps().get(index));
        }
        return smallest;
    }

    private static List<String> statements(Step step) {
        return step instanceof Step.Write write
                ? write.statements()
                : step instanceof Step.Open open ? open.statements() : List.of();
    }

    private History replaced(History history, int index, Step step) {
        if (history.steps().get(index).equals(step)) {
            return history;
        }
        var steps = new ArrayList<>(history.steps());
        steps.set(index, step);
        return better(history, steps);
    }

    private History better(History history, List<Step> steps) {
        History candidate = history.with(steps);
        return System.nanoTime() < end && fails.test(candidate) ? candidate : history;
    }
}
