package dev.offsync.sync.push;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What push is asked to do; empty {@code tables} means all, null means the setting or no bound. */
public record PushOptions(
        List<String> tables,
        @Nullable Integer batchSize,
        @Nullable Long limit,
        @Nullable Duration maxDuration,
        boolean allowMassDelete,
        boolean dryRun) {
    /** All that is pending, as the settings say. */
    public static PushOptions everything() {
        return new PushOptions(List.of(), null, null, null, false, false);
    }
}
