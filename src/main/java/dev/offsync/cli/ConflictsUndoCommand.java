package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** offsync conflicts undo. */
@Command(
        name = "undo",
        header = "Brings the losing row of a settled conflict back, as a new change.",
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
final class ConflictsUndoCommand implements Action {
    @Parameters(paramLabel = "ID", description = "The conflict's number, as conflicts list --all shows it.")
    private String id = "";

    @Option(names = "--dry-run", order = 1, description = "Print the row to be written, change nothing.")
    private boolean dryRun;

    @Override
    public Result run(Session session) {
        return session.verbs().undoConflict(session.settings(), ConflictSelection.id(id), dryRun);
    }
}
