package dev.offsync.sync;

import java.util.List;

/**
 * What deinit is asked to do: on the hub or here, and whether what was not sent may be lost.
 *
 * @param tables identifiers of the tables that are no longer synced here; empty: all of offsync goes
 */
public record DeinitOptions(boolean hub, List<String> tables, boolean discardPending, boolean dryRun) {
    public DeinitOptions(boolean hub, boolean discardPending, boolean dryRun) {
        this(hub, List.of(), discardPending, dryRun);
    }
}
