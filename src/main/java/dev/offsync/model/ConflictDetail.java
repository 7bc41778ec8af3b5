package dev.offsync.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One conflict in full, with a sentence on why it is open or how it was settled. {@code clockSkewMs} is the device's
 * clock minus the hub's as it was measured then, {@code localChangedAtDevice} the time of the local change by the
 * device's own clock; {@code changedHere} and {@code changedOnHub} are columns, null where the base is unknown.
 */
public record ConflictDetail(
        ConflictEntry conflict,
        String device,
        @Nullable Long clockSkewMs,
        @Nullable Instant localChangedAtDevice,
        @Nullable List<String> changedHere,
        @Nullable List<String> changedOnHub,
        @Nullable Instant undoneAt,
        @Nullable String undoneBy,
        String explanation)
        implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
