package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;

/** offsync rules list. */
@Command(
        name = "list",
        header = "Lists the conflict rules, strongest first.",
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
final class RulesListCommand implements Action {
    @Override
    public Result run(Session session) {
        return session.verbs().listRules(session.settings());
    }
}
