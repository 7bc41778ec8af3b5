package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.VerifyResult;
import dev.offsync.sync.run.Runs;
import dev.offsync.sync.verify.VerifyOptions;
import dev.offsync.sync.verify.VerifyRun;

/** Compares the device with the hub, and brings them in line where that is wanted. */
public final class Verify {
    private final Settings settings;
    private final Progress progress;

    public Verify(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public VerifyResult run(VerifyOptions options) {
        return Runs.withHub(settings, "verify", !options.repair(), (session, link) -> new VerifyRun(
                        session, link, options, progress)
                .run());
    }
}
