package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.InitResult;
import dev.offsync.model.Progress;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.init.InitRun;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.push.PushOptions;

/** Prepares the local database and the hub for the named tables and registers the device. */
public final class Init {
    private final Settings settings;
    private final Progress progress;

    public Init(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public InitResult run(InitOptions options) {
        progress.report("preparing", 0, -1);
        InitResult result = new InitRun(settings, options).run();
        if (options.rejoin() && !options.dryRun()) {
            new Sync(settings, progress).run(PushOptions.everything(), PullOptions.everything());
        }
        return result;
    }
}
