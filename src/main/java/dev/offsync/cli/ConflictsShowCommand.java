package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** offsync conflicts show. */
@Command(
        name = "show",
        header = "Shows one conflict: the columns that differ side by side, and why it is open.",
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
final class ConflictsShowCommand implements Action {
    @Parameters(paramLabel = "ID", description = "The conflict's number, as conflicts list shows it.")
    private String id = "";

    @Override
    public Result run(Session session) {
        return session.verbs().showConflict(session.settings(), ConflictSelection.id(id));
    }
}
