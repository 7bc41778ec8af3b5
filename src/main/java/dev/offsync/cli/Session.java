package dev.offsync.cli;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;

/**
 * What a command works with.
 *
 * @param verbs does the work
 */
record Session(Settings settings, Progress progress, Verbs verbs) {}
