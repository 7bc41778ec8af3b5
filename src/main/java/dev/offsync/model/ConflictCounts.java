package dev.offsync.model;

/** Conflicts of one run: found, settled by a rule, and open on the device after it. */
public record ConflictCounts(int detected, int resolved, int open) {
    /** The same conflicts, and how many are open now. */
    ConflictCounts withOpen(int now) {
        return new ConflictCounts(detected, resolved, now);
    }

    /** Those of this run and of a later one. */
    public ConflictCounts and(ConflictCounts later) {
        return new ConflictCounts(detected + later.detected, resolved + later.resolved, later.open);
    }
}
