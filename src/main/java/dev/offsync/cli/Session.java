package dev.offsync.cli;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.ui.Console;

/**
 * What a command works with.
 *
 * @param verbs does the work
 * @param console asks for consent
 */
record Session(Settings settings, Progress progress, Verbs verbs, Console console) {}
