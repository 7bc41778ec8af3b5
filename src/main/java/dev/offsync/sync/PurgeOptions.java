package dev.offsync.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code rows} names the table whose old synced rows leave the device; {@code olderThan} null means the retention. */
public record PurgeOptions(
        @Nullable Duration olderThan, @Nullable String rows, boolean dryRun) {}
