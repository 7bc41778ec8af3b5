package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.pull.PullRun;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.push.PushRun;
import dev.offsync.sync.run.Runs;

/** Downloads and applies what changed on the hub. */
public final class Pull {
    private final Settings settings;
    private final Progress progress;

    public Pull(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public PullResult run(PullOptions options) {
        progress.report("connecting", 0, -1);
        return Runs.withHub(settings, "pull", options.dryRun(), (session, link) -> {
            new PushRun(session, link, PushOptions.everything(), progress).settle();
            return new PullRun(session, link, options, progress).run();
        });
    }
}
