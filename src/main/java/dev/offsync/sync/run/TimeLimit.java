package dev.offsync.sync.run;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The bound that {@code --max-duration} sets on a run; asked between batches. */
public final class TimeLimit {
    private final long start = System.nanoTime();
    private final @Nullable Duration maxDuration;

    public TimeLimit(@Nullable Duration maxDuration) {
        this.maxDuration = maxDuration;
    }

    public boolean isDue() {
        return maxDuration != null && System.nanoTime() - start >= maxDuration.toNanos();
    }
}
