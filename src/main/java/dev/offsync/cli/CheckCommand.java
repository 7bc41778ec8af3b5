package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;

/** offsync check. */
@Command(
        name = "check",
        header = "Proves the whole path with writes that are rolled back, and names what is wrong.",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.CHECK_ERROR,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.REFUSED,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class CheckCommand implements Action {
    @Override
    public Result run(Session session) {
        return session.verbs().check(session.settings(), session.progress());
    }
}
