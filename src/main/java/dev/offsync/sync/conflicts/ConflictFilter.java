package dev.offsync.sync.conflicts;

import dev.offsync.model.ConflictType;
import org.jspecify.annotations.Nullable;

/** Which conflicts are meant; null means any, {@code all} includes resolved ones. */
public record ConflictFilter(
        @Nullable String table, @Nullable ConflictType type, boolean all) {}
