package dev.offsync.sync;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** {@code check} makes the exit code tell the device's health; {@code maxAge} null means three times sync_interval. */
public record StatusOptions(boolean check, @Nullable Duration maxAge) {}
