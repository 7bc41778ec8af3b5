package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.sync.StatusOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** offsync status. */
@Command(
        name = "status",
        header = "Says where this device stands: queue, conflicts, last runs, clock skew.",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.CHECK_CONFLICTS,
            ExitStatus.CHECK_REJECTED,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.REFUSED,
            ExitStatus.CHECK_OFFLINE,
            ExitStatus.CHECK_SAFETY_STOP,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class StatusCommand implements Action {
    @Option(names = "--check", order = 1, description = "Let the exit status tell the device's health.")
    private boolean check;

    @Option(
            names = "--max-age",
            order = 2,
            paramLabel = "DURATION",
            description = "With --check: the oldest that a pending operation or the last successful sync may be"
                    + " (default: three times sync_interval).")
    private @Nullable Duration maxAge;

    @Override
    public Result run(Session session) {
        if (maxAge != null && !check) {
            throw Failures.usage("--max-age says nothing without --check", "add --check");
        }
        return session.verbs().status(session.settings(), session.progress(), new StatusOptions(check, maxAge));
    }
}
