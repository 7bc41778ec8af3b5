package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What deinit removed, or in a dry run would remove.
 *
 * @param side local or hub
 * @param device the device that this database was; null for the hub, and where there was none
 * @param discarded operations that nobody will send any more
 * @param devices the registrations that the hub forgets; empty for a local database
 * @param changes short sentences on what was done; empty where nothing was left to remove
 */
public record DeinitResult(
        String side,
        @Nullable String device,
        long discarded,
        List<String> devices,
        List<String> changes,
        boolean dryRun)
        implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
