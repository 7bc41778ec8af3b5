package dev.offsync.config;

import org.jspecify.annotations.Nullable;

/** One line of {@code config list}; {@code value} is null where nothing is set, and never holds a password. */
public record Setting(String key, @Nullable String value, String origin) {}
