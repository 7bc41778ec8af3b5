package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/**
 * One setting as it holds here and now; {@code value} is null where nothing is set, and never holds a password.
 *
 * @param origin option, environment, file, sync_config or default
 * @param source the option, the variable or the file's path and line; null where the origin says it all
 */
public record Setting(
        String key,
        @Nullable String value,
        String origin,
        @Nullable String source) {}
