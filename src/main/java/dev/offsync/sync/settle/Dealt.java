package dev.offsync.sync.settle;

import dev.offsync.model.RowName;
import dev.offsync.model.SyncedTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rows that a {@link Settler} has dealt with. */
public final class Dealt {
    private final Set<RowName> collided = new HashSet<>();
    private final List<RowName> decided = new ArrayList<>();

    Dealt() {}

    /** The row was found to run into others. */
    void collided(SyncedTable table, String recordId) {
        collided.add(RowName.of(table, recordId));
    }

    boolean hasCollided(SyncedTable table, String recordId) {
        return collided.contains(RowName.of(table, recordId));
    }

    /** A conflict of the row was settled: what collided with it may be over. */
    public void decided(SyncedTable table, String recordId) {
        decided.add(RowName.of(table, recordId));
    }

    void decided(List<RowName> rows) {
        decided.addAll(rows);
    }

    /** The rows that were decided since this was asked last. */
    List<RowName> newlyDecided() {
        List<RowName> since = List.copyOf(decided);
        decided.clear();
        return since;
    }
}
