package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** offsync config unset. */
@Command(
        name = "unset",
        header = "Takes a setting out of the local database.",
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
final class ConfigUnsetCommand implements Action {
    @Parameters(paramLabel = "KEY", description = "The setting: a key of sync_config.")
    private String key = "";

    @Override
    public Result run(Session session) {
        return session.verbs().unsetConfig(session.settings(), key);
    }
}
