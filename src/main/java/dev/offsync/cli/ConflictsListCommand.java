package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** offsync conflicts list. */
@Command(
        name = "list",
        header = "Lists conflicts, oldest first.",
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
final class ConflictsListCommand implements Action {
    @Mixin
    private final ConflictSelection selection = new ConflictSelection();

    @Option(names = "--all", order = 3, description = "Resolved conflicts, too.")
    private boolean all;

    @Override
    public Result run(Session session) {
        return session.verbs().listConflicts(session.settings(), selection.filter(all));
    }
}
