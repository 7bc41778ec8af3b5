package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule as somebody wrote it; the database that keeps the rules says whether it means anything. */
public record RuleDraft(
        String table,
        String type,
        String strategy,
        @Nullable String function,
        List<String> delta,
        String fallback,
        int priority) {}
