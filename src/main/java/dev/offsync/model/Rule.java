package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of conflict_resolution_rules; {@code table} and {@code type} may be "*". */
public record Rule(
        String table,
        String type,
        Strategy strategy,
        @Nullable String customFunction,
        List<String> deltaColumns,
        Strategy fallback,
        int priority) {}
