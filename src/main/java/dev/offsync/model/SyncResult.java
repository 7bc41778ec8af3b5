package dev.offsync.model;

/** A push and a pull in one process; {@code push} sums up every push of the run. */
public record SyncResult(PushResult push, PullResult pull, long durationMs) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.ofDevice(
                pull.failed()
                        + pull.parked()
                        + push.problems().size()
                        + pull.problems().size(),
                pull.conflicts().open());
    }
}
