package dev.offsync.model;

/** The exit codes of runs that ended well. Errors carry theirs in {@code Reason}. */
public final class ExitCodes {
    public static final int DONE = 0;
    public static final int CONFLICTS_OPEN = 3;
    public static final int OPERATIONS_REJECTED = 4;

    private ExitCodes() {}

    /** Rejected, failed or parked operations take precedence over open conflicts. */
    static int ofDevice(long rejected, int openConflicts) {
        if (rejected > 0) {
            return OPERATIONS_REJECTED;
        }
        return openConflicts > 0 ? CONFLICTS_OPEN : DONE;
    }
}
