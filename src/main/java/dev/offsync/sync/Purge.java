package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.PurgeResult;

/** Deletes completed operations and resolved conflicts past their retention. */
public final class Purge {
    private final Settings settings;
    private final Progress progress;

    public Purge(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public PurgeResult run(PurgeOptions options) {
        throw new UnsupportedOperationException(settings.toString() + progress + options);
    }
}
