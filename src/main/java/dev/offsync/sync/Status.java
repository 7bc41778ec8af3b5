package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.StatusReport;

/** Says where this device stands. */
public final class Status {
    private final Settings settings;
    private final Progress progress;

    public Status(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public StatusReport run(StatusOptions options) {
        throw new UnsupportedOperationException(settings.toString() + progress + options);
    }
}
