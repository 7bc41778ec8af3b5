package dev.offsync.model;

import java.util.List;

/**
 * What verify found, and whether it brought the sides in line. {@code differences} names at most
 * {@link #MOST_NAMED} rows; the tables have the whole number.
 */
public record VerifyResult(
        String device,
        List<VerifiedTable> tables,
        List<Difference> differences,
        boolean repaired,
        ConflictCounts conflicts,
        List<OpenConflict> openConflicts,
        long durationMs,
        List<Problem> problems)
        implements Result {
    /** How many differing rows are named. */
    public static final int MOST_NAMED = 10_000;

    @Override
    public int exitCode() {
        if (repaired) {
            return conflicts.open() > 0 ? ExitCodes.CONFLICTS_OPEN : ExitCodes.DONE;
        }
        return total() > 0 ? ExitCodes.DIFFERENCES : ExitCodes.DONE;
    }

    /** How many rows differ. */
    public long total() {
        return tables.stream().mapToLong(VerifiedTable::differences).sum();
    }
}
