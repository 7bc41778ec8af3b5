package dev.offsync.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a rehearsed push has done on the hub so far. Each call undoes what it did before it ends, so that no lock waits for
 * the link; the next one begins by doing all of it again.
 */
final class Rehearsal {
    private final List<Step> steps = new ArrayList<>();

    /** Statements with their arguments. */
    record Step(String sql, List<@Nullable Object> arguments) {}

    void end() {
        steps.clear();
    }

    void add(Step step) {
        steps.add(step);
    }

    /** The steps so far, followed by {@code last}; each is one or more whole statements. */
    Step followedBy(Step last) {
        var sql = new StringBuilder();
        var arguments = new ArrayList<@Nullable Object>();
        for (Step step : steps) {
            sql.append(step.sql());
            arguments.addAll(step.arguments());
        }
        arguments.addAll(last.arguments());
        return new Step(sql.append(last.sql()).toString(), arguments);
    }
}
