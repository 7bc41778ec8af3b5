package dev.offsync.cli;

import dev.offsync.model.Result;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** offsync queue retry. */
@Command(
        name = "retry",
        header = "Sends rejected and failed operations again, with what is parked behind them.",
        description = {"Mend the cause first. They go with the next push and count their tries anew."},
        descriptionHeading = "%n",
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
final class QueueRetryCommand implements Action {
    @Parameters(
            arity = "0..*",
            paramLabel = "ID",
            description = "Operations, by number; for a parked one the operation that it waits for.")
    private @Nullable List<String> ids;

    @Option(names = "--all", order = 1, description = "All of them, or those that --table and --status select.")
    private boolean all;

    @Mixin
    private final QueueSelection selection = new QueueSelection();

    @Override
    public Result run(Session session) {
        return session.verbs().retryQueue(session.settings(), selection.chosen("queue retry", ids, all));
    }
}
