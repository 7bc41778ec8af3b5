package dev.offsync.sync.settle;

import dev.offsync.model.SyncedTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The rows that a {@link Settler} has dealt with: each is its table, as it is shown to people, and its record_id. */
public final class Dealt {
    private final Set<List<String>> collided = new HashSet<>();
    private final List<List<String>> decided = new ArrayList<>();

    Dealt() {}

    private static List<String> row(SyncedTable table, String recordId) {
        return List.of(table.name().display(), recordId);
    }

    /** The row was found to run into others. */
    void collided(SyncedTable table, String recordId) {
        collided.add(row(table, recordId));
    }

    boolean hasCollided(SyncedTable table, String recordId) {
        return collided.contains(row(table, recordId));
    }

    /** A conflict of the row was settled: what collided with it may be over. */
    public void decided(SyncedTable table, String recordId) {
        decided.add(row(table, recordId));
    }

    void decided(Collection<List<String>> rows) {
        decided.addAll(rows);
    }

    /** The rows that were decided since this was asked last. */
    List<List<String>> newlyDecided() {
        List<List<String>> since = List.copyOf(decided);
        decided.clear();
        return since;
    }
}
