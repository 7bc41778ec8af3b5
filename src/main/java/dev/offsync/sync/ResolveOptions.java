package dev.offsync.sync;

import dev.offsync.model.Row;
import dev.offsync.model.Use;
import dev.offsync.sync.conflicts.ConflictFilter;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How open conflicts are to be settled: those of {@code ids}, or all that {@code filter} selects where ids is empty.
 * {@code set} replaces single columns on top of {@code use}; {@code data} is the whole row.
 */
public record ResolveOptions(
        List<Long> ids,
        ConflictFilter filter,
        @Nullable Use use,
        Map<String, @Nullable String> set,
        @Nullable Row data,
        boolean dryRun) {}
