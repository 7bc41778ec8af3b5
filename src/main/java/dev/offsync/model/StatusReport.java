package dev.offsync.model;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where this device stands. {@code state} is online, offline or syncing. */
public record StatusReport(
        String device,
        boolean online,
        String state,
        Queue queue,
        @Nullable Instant oldestPendingAt,
        int conflictsOpen,
        @Nullable Instant lastPushAt,
        @Nullable Instant lastPullAt,
        @Nullable String lastError,
        @Nullable Long clockSkewMs,
        @Nullable HubBlocker hubBlocker,
        List<Table> tables,
        List<IdRange> idRanges,
        List<Problem> problems,
        int exitCode)
        implements Result {
    /** Operations by state; {@code parked} ones are counted in {@code pending} too. */
    public record Queue(long pending, long processing, long failed, long conflict, long completed, long parked) {}

    /** A transaction on the hub so old that it holds changes back. */
    public record HubBlocker(long pid, String application, Instant since) {}

    public record Table(
            String table,
            String direction,
            long pending,
            long failed,
            long conflict,
            long rows,
            @Nullable Instant lastPushAt,
            @Nullable Instant lastPullAt) {}
}
