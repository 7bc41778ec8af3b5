package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** offsync config get. */
@Command(
        name = "get",
        header = "Prints the value of one setting.",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.REFUSED,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class ConfigGetCommand implements Action {
    @Parameters(paramLabel = "KEY", description = "The setting, as config list names it.")
    private String key = "";

    @Override
    public Result run(Session session) {
        return session.verbs().getConfig(session.settings(), key);
    }
}
