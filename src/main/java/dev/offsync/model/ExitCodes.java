package dev.offsync.model;

import java.util.List;

/** The exit codes of runs that ended well. Errors carry theirs in {@code Reason}. */
public final class ExitCodes {
    public static final int DONE = 0;
    public static final int CONFLICTS_OPEN = 3;
    public static final int OPERATIONS_REJECTED = 4;
    public static final int DIFFERENCES = 5;

    private ExitCodes() {}

    /** Rejected, failed or parked operations take precedence over open conflicts. */
    static int ofDevice(long rejected, List<Problem> problems, int openConflicts) {
        if (rejected > 0 || !problems.stream().allMatch(Problem::isWarning)) {
            return OPERATIONS_REJECTED;
        }
        return openConflicts > 0 ? CONFLICTS_OPEN : DONE;
    }
}
