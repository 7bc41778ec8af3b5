package dev.offsync.cli;

import dev.offsync.model.Result;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** offsync rules apply. */
@Command(
        name = "apply",
        header = "Makes the rules equal to those in a TOML file.",
        description = {
            "Each rule is a [[rule]] with table, type and strategy, and where needed function, delta (a"
                    + " list), fallback and priority:%n",
            "  [[rule]]",
            "  table = \"products\"",
            "  type = \"update_update\"",
            "  strategy = \"merge\"",
            "  delta = [\"stock\"]",
            "  fallback = \"lww\"%n"
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
final class RulesApplyCommand implements Action {
    @Parameters(paramLabel = "FILE", description = "The file; an empty one takes every rule away.")
    private String file = "";

    @Option(names = "--dry-run", order = 1, description = "Show what would change, change nothing.")
    private boolean dryRun;

    @Override
    public Result run(Session session) {
        return session.verbs().applyRules(session.settings(), Path.of(file), dryRun);
    }
}
