package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.PushResult;
import dev.offsync.sync.pull.PullRun;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.push.PushRun;
import dev.offsync.sync.run.Runs;

/** Uploads pending operations. */
public final class Push {
    private final Settings settings;
    private final Progress progress;

    public Push(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public PushResult run(PushOptions options) {
        progress.report("connecting", 0, -1);
        return Runs.withHub(settings, "push", options.dryRun(), (session, link) -> {
            if (!options.dryRun()) {
                PullRun.comesFirst(session, link, progress);
            }
            return new PushRun(session, link, options, progress).run();
        });
    }
}
