package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/** Something that was rejected or parked, and why. {@code code} is a stable lower-case word. */
public record Problem(
        String code,
        String table,
        @Nullable String column,
        @Nullable String recordId,
        String message,
        @Nullable String hint) {}
