package dev.offsync.sync.pull;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What pull is asked to do; empty {@code tables} means all, null means no bound. */
public record PullOptions(
        List<String> tables, boolean full, @Nullable Duration maxDuration, boolean allowMassDelete, boolean dryRun) {
    public static PullOptions everything() {
        return new PullOptions(List.of(), false, null, false, false);
    }
}
