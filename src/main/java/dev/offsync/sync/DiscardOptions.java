package dev.offsync.sync;

import org.jspecify.annotations.Nullable;

/** What queue discard is asked to do; a {@code reason} of null stands for what the hub said. */
public record DiscardOptions(QueueChoice choice, @Nullable String reason, boolean dryRun) {}
