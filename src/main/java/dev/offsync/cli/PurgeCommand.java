package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.sync.PurgeOptions;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** offsync purge. */
@Command(
        name = "purge",
        header = "Deletes completed operations and resolved conflicts past their retention.",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class PurgeCommand implements Action {
    @Option(
            names = "--older-than",
            order = 1,
            paramLabel = "DURATION",
            description = "Delete what is older than this (default: the setting retention, 7d).")
    private @Nullable Duration olderThan;

    @Option(
            names = "--rows",
            order = 2,
            paramLabel = "TABLE",
            description = "Evict old synced rows of this table from the device; the hub keeps them.")
    private @Nullable String rows;

    @Option(names = "--dry-run", order = 3, description = "Show what would be deleted, change nothing.")
    private boolean dryRun;

    @Override
    public Result run(Session session) {
        if (rows != null && Identifiers.split("--rows", List.of(rows)).size() != 1) {
            throw Failures.usage("--rows takes one table", null);
        }
        return session.verbs().purge(session.settings(), session.progress(), new PurgeOptions(olderThan, rows, dryRun));
    }
}
