package dev.offsync.ui;

import org.jspecify.annotations.Nullable;

/**
 * A run that did not do what was asked. {@code code} is a stable word for scripts; {@code cause} is shown as a stack
 * trace with {@code -vv} alone.
 */
public record Failure(
        String code,
        int exitCode,
        String message,
        @Nullable String hint,
        @Nullable Throwable cause) {}
