package dev.offsync.model;

import java.util.ArrayList;

/** A push and a pull in one process; {@code push} sums up every push of the run. Both have the device's state at its end. */
public record SyncResult(PushResult push, PullResult pull, long durationMs) implements Result {
    @Override
    public boolean dryRun() {
        return push.dryRun();
    }

    @Override
    public int exitCode() {
        var problems = new ArrayList<>(push.problems());
        problems.addAll(pull.problems());
        return ExitCodes.ofDevice(
                pull.failed() + pull.parked(), problems, pull.conflicts().open());
    }
}
