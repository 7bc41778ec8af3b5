package dev.offsync.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The bound that {@code --max-duration} sets on a run; asked between batches. */
final class TimeLimit {
    private final long start = System.nanoTime();
    private final @Nullable Duration maxDuration;

    TimeLimit(@Nullable Duration maxDuration) {
        this.maxDuration = maxDuration;
    }

    boolean isDue() {
        return maxDuration != null && System.nanoTime() - start >= maxDuration.toNanos();
    }
}
