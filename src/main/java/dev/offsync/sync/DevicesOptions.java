package dev.offsync.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code check} makes the exit code tell of late devices; {@code maxAge} null means three times sync_interval. */
public record DevicesOptions(boolean check, @Nullable Duration maxAge) {}
