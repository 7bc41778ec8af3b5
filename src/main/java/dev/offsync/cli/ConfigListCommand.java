package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;

/** offsync config list. */
@Command(
        name = "list",
        header = "Lists every setting, its value and where that comes from.",
        description = {
            "The strongest counts: option, environment, config file, the table sync_config in the local"
                    + " database, default. Works without a local database, too; passwords are never shown."
        },
        descriptionHeading = "%n",
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
final class ConfigListCommand implements Action {
    @Override
    public Result run(Session session) {
        return session.verbs().listConfig(session.settings());
    }
}
