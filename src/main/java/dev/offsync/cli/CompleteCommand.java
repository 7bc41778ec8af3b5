package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.sync.Complete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** offsync __complete, for the scripts in completions/ alone. */
@Command(name = "__complete", hidden = true, header = "Lists words for a shell's completion.")
final class CompleteCommand implements Action {
    @Parameters(paramLabel = "KIND", description = "tables, all_tables, conflicts or operations.")
    private Complete.Kind kind = Complete.Kind.TABLES;

    @Override
    public Result run(Session session) {
        return session.verbs().complete(session.settings(), kind);
    }
}
