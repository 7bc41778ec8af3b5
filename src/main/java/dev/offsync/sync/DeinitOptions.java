package dev.offsync.sync;

/** What deinit is asked to do: on the hub or here, and whether what was not sent may be lost. */
public record DeinitOptions(boolean hub, boolean discardPending, boolean dryRun) {}
