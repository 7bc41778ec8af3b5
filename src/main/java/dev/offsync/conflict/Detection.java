package dev.offsync.conflict;

import dev.offsync.model.ConflictType;
import java.util.Optional;

/** Tells by version whether a pending local change and the hub's row are in conflict. */
public final class Detection {
    private Detection() {}

    /**
     * The conflict between a pending local change and the hub's row, or nothing where the change may simply be applied.
     *
     * @param localDeleted the pending change leaves no local row
     * @param baseVersion the hub version the change was made on; 0 if the row was not on the hub, -1 if nobody knows
     * @param hubExists the hub has the row now
     * @param hubVersion the hub's version of the row, that of the tombstone where it is deleted
     */
    public static Optional<ConflictType> typeOf(
            boolean localDeleted, long baseVersion, boolean hubExists, long hubVersion) {
        boolean wasOnHub = baseVersion != 0;
        boolean bothDeleted = localDeleted && !hubExists;
        boolean hubUnmoved = wasOnHub && hubVersion == baseVersion;
        boolean newOnHub = !wasOnHub && !hubExists;
        if (bothDeleted || hubUnmoved || newOnHub) {
            return Optional.empty();
        }
        if (localDeleted || !hubExists) {
            return Optional.of(ConflictType.UPDATE_DELETE);
        }
        return Optional.of(wasOnHub ? ConflictType.UPDATE_UPDATE : ConflictType.INSERT_INSERT);
    }
}
