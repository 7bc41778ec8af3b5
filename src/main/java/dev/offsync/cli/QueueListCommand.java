package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** offsync queue list. */
@Command(
        name = "list",
        header = "Lists operations that the hub does not have, oldest first.",
        description = {
            "With --status completed or discarded also those that are done with. The rows themselves are in"
                    + " the view offsync.operation_queue."
        },
        descriptionHeading = "%n",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.REFUSED,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class QueueListCommand implements Action {
    @Mixin
    private final QueueSelection selection = new QueueSelection();

    @Option(names = "--limit", order = 4, paramLabel = "N", description = "Show N operations at most (default: 1000).")
    private int limit = 1000;

    @Override
    public Result run(Session session) {
        if (limit < 1) {
            throw Failures.usage("--limit must be at least 1", "leave it out to see the first 1000");
        }
        return session.verbs().listQueue(session.settings(), selection.filter(), limit);
    }
}
