package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** offsync config set. */
@Command(
        name = "set",
        header = "Keeps a setting in the local database.",
        description = {
            "An option, a variable or the config file still stands above it. Passwords are not kept in the database."
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
final class ConfigSetCommand implements Action {
    @Parameters(index = "0", paramLabel = "KEY", description = "The setting: a key of sync_config.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "Its value: 500, 90s, 7d, 50%%, lww.")
    private String value = "";

    @Override
    public Result run(Session session) {
        return session.verbs().setConfig(session.settings(), key, value);
    }
}
