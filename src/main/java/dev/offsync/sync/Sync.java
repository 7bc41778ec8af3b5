package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.SyncResult;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.pull.PullRun;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.push.PushRun;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.Runs;
import java.sql.SQLException;

/** Push, pull, and push again while either step left something to send. */
public final class Sync {
    /** Rules that settle conflicts against each other could go on for ever; the next run goes on where this one ends. */
    private static final int MOST_ROUNDS = 5;

    private final Settings settings;
    private final Progress progress;

    public Sync(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public SyncResult run(PushOptions push, PullOptions pull) {
        progress.report("connecting", 0, -1);
        return Runs.withHub(settings, "sync", push.dryRun(), (session, link) -> run(session, link, push, pull));
    }

    private SyncResult run(LocalSession session, HubLink link, PushOptions push, PullOptions pull) throws SQLException {
        if (push.dryRun()) {
            return session.database().rehearse(() -> rehearsed(session, link, push, pull));
        }
        long start = System.nanoTime();
        PullRun.comesFirst(session, link, progress);
        PushResult pushed = new PushRun(session, link, push, progress).run();
        PullResult pulled = new PullRun(session, link, pull, progress).run();
        for (int round = 1; round < MOST_ROUNDS && PushRun.hasWork(session); round++) {
            PushResult again = new PushRun(session, link, push, progress).run();
            pushed = sum(pushed, again);
            pulled = pulled.asOf(again);
            boolean pulls = again.conflicts().resolved() > 0 && PullRun.isAskedFor(session);
            if (pulls) {
                // The hub's row was kept, and did not fit yet.
                pulled = pulled.and(new PullRun(session, link, pull, progress).run());
            }
            if (again.pushed() == 0 && !pulls) {
                break;
            }
        }
        return new SyncResult(pushed.asOf(pulled), pulled, Runs.millisSince(start));
    }

    /** The pull sees the device as the push would leave it; what the push would change on the hub is undone by then. */
    private SyncResult rehearsed(LocalSession session, HubLink link, PushOptions push, PullOptions pull)
            throws SQLException {
        long start = System.nanoTime();
        PushResult pushed = new PushRun(session, link, push, progress).run();
        PullResult pulled = new PullRun(session, link, pull, progress).run();
        return new SyncResult(pushed.asOf(pulled), pulled, Runs.millisSince(start));
    }

    private static PushResult sum(PushResult first, PushResult second) {
        return new PushResult(
                first.pushed() + second.pushed(),
                first.coalesced() + second.coalesced(),
                first.batches() + second.batches(),
                second.remaining(),
                second.failed(),
                second.parked(),
                first.conflicts().and(second.conflicts()),
                second.openConflicts(),
                second.clockSkewMs(),
                first.durationMs() + second.durationMs(),
                first.dryRun(),
                second.problems());
    }
}
