package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** offsync rules unset. */
@Command(
        name = "unset",
        header = "Takes the rule for a table and a type away.",
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
final class RulesUnsetCommand implements Action {
    @Parameters(index = "0", paramLabel = "TABLE", description = "The rule's table; '*' means the rule for all tables.")
    private String table = "";

    @Parameters(index = "1", paramLabel = "TYPE", description = "The rule's type; '*' means the rule for all types.")
    private String type = "";

    @Override
    public Result run(Session session) {
        return session.verbs().unsetRule(session.settings(), table, type);
    }
}
