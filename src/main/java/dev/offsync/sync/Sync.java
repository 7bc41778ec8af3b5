package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.SyncResult;

/** Push, pull, and push again while either step left something to send. */
public final class Sync {
    private final Settings settings;
    private final Progress progress;

    public Sync(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public SyncResult run(PushOptions push, PullOptions pull) {
        throw new UnsupportedOperationException(settings.toString() + progress + push + pull);
    }
}
