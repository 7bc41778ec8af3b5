package dev.offsync.conflict;

import dev.offsync.model.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A merge by column against the base. {@code row} has the hub's columns, those in {@code contested} with the hub's value
 * until somebody decides; {@code fromLocal} and {@code summed} name what did not come from the hub.
 */
record ThreeWay(Row row, List<String> fromLocal, List<String> summed, List<String> contested) {
    /**
     * Merges column by column. A column that only one side changed is taken from it, one that both changed alike is no
     * conflict, one that both changed in {@code deltas} is summed where {@link Delta} can. A column unknown to the base
     * is contested unless both sides agree; one unknown to the local row stays the hub's, since the local change was
     * captured without it; one unknown to the hub is left out, since it cannot be written there.
     */
    static ThreeWay merge(Row base, Row local, Row remote, Collection<String> deltas) {
        var values = new LinkedHashMap<String, @Nullable String>(remote.values());
        var fromLocal = new ArrayList<String>();
        var summed = new ArrayList<String>();
        var contested = new ArrayList<String>();
        for (String column : remote.columns()) {
            if (!local.has(column) || !changed(base, local, column)) {
                continue;
            }
            String mine = local.get(column);
            String theirs = remote.get(column);
            if (!changed(base, remote, column)) {
                values.put(column, mine);
                fromLocal.add(column);
                continue;
            }
            // Before looking for equality: two devices that each sold three are six sold, not three.
            Optional<String> sum = deltas.contains(column) ? sum(base, mine, theirs, column) : Optional.empty();
            if (sum.isPresent()) {
                values.put(column, sum.get());
                summed.add(column);
            } else if (!Objects.equals(mine, theirs)) {
                contested.add(column);
            }
        }
        return new ThreeWay(new Row(values), List.copyOf(fromLocal), List.copyOf(summed), List.copyOf(contested));
    }

    /** Where the values come from, for people. */
    String account() {
        var parts = new ArrayList<String>();
        if (!fromLocal.isEmpty()) {
            parts.add(String.join(", ", fromLocal) + " from the local row");
        }
        if (!summed.isEmpty()) {
            parts.add("both movements of " + String.join(", ", summed));
        }
        parts.add(parts.isEmpty() ? "everything from the hub" : "the rest from the hub");
        return String.join("; ", parts);
    }

    private static boolean changed(Row base, Row side, String column) {
        return !base.has(column) || !Objects.equals(side.get(column), base.get(column));
    }

    private static Optional<String> sum(Row base, @Nullable String mine, @Nullable String theirs, String column) {
        return base.has(column) ? Delta.sum(base.get(column), mine, theirs) : Optional.empty();
    }
}
