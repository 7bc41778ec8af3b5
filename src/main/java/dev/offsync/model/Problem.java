package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/** Something that was rejected or parked, and why. {@code code} is a stable lower-case word. */
public record Problem(
        String code,
        String table,
        @Nullable String column,
        @Nullable String recordId,
        String message,
        @Nullable String hint) {
    /** The code of the problem that a run does not suffer from: no operation was rejected or parked for it. */
    public static final String CLOCK_SKEW = "clock_skew";

    /** Whether a person should know of it although nothing failed, so that it has no part in the exit code. */
    public boolean isWarning() {
        return code.equals(CLOCK_SKEW);
    }
}
