package dev.offsync.model;

import java.util.List;

/**
 * An open conflict as a person decides it: with the local row as it is now. {@code contested} are the columns that both
 * sides changed, {@code settable} those that may get a value of its own.
 */
public record OpenQuestion(ConflictEntry conflict, List<String> contested, List<String> settable) {
    /** Whether there are two versions of one row to merge. */
    public boolean mergeable() {
        return conflict.local() != null
                && conflict.remote() != null
                && ConflictType.of(conflict.type()).isAboutOneRow();
    }
}
