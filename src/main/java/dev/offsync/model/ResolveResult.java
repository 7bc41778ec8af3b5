package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code conflicts resolve} decided: per conflict the row that is written, null for a deletion. */
public record ResolveResult(List<Resolved> resolved, int open, boolean dryRun) implements Result {
    public record Resolved(
            long id,
            String table,
            String recordId,
            String resolution,
            @Nullable Row data) {}

    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
