package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.model.Use;
import dev.offsync.sync.ResolveOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** offsync conflicts resolve. */
@Command(
        name = "resolve",
        header = "Settles conflicts; what was decided goes to the hub with the next push.",
        description = "Without --use, --set and --data, on a terminal, asks about each conflict; ? explains the keys.",
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
final class ConflictsResolveCommand implements Action {
    @Parameters(arity = "0..*", paramLabel = "ID", description = "Conflicts to settle, by number.")
    private @Nullable List<String> ids;

    @Mixin
    private final ConflictSelection selection = new ConflictSelection();

    @Option(names = "--all", order = 3, description = "All open conflicts, or those that --table and --type select.")
    private boolean all;

    @Option(
            names = "--use",
            order = 4,
            paramLabel = "SIDE",
            description = "Keep local, remote, latest (the later change) or merge (column by column).")
    private @Nullable Use use;

    @Option(
            names = "--set",
            order = 5,
            paramLabel = "COLUMN=VALUE",
            description = "Set one column, on top of --use; may be repeated. COLUMN= is the empty text, COLUMN without"
                    + " = is SQL NULL.")
    private @Nullable List<String> set;

    @Option(
            names = "--data",
            order = 6,
            paramLabel = "JSON",
            description = "The whole row as an object: {\"price\": 9.50, \"note\": null}.")
    private @Nullable String data;

    @Option(names = "--dry-run", order = 7, description = "Print the row to be written, change nothing.")
    private boolean dryRun;

    @Override
    public Result run(Session session) {
        List<Long> chosen = ids == null
                ? List.of()
                : ids.stream().map(ConflictSelection::id).toList();
        checkSelection(chosen);
        if (use == null && set == null && data == null && new ConflictDialog(session).isPossible()) {
            return new ConflictDialog(session).run(chosen, selection.filter(false), dryRun);
        }
        checkDecision();
        if (chosen.isEmpty() && !all) {
            throw Failures.usage(
                    "conflicts resolve was not told which conflicts",
                    "name them by ID, or add --all (see conflicts list)");
        }
        var options = new ResolveOptions(
                chosen,
                selection.filter(false),
                use,
                Assignments.byColumn("--set", set),
                data == null ? null : RowJson.parse("--data", data),
                dryRun);
        return session.verbs().resolveConflicts(session.settings(), options);
    }

    private void checkDecision() {
        if (use == null && set == null && data == null) {
            throw Failures.usage(
                    "conflicts resolve was not told what to keep",
                    "add --use local|remote|latest|merge, --set COLUMN=VALUE or --data JSON");
        }
        if (data != null && (use != null || set != null)) {
            throw Failures.usage("--data is the whole row and goes with neither --use nor --set", null);
        }
    }

    private void checkSelection(List<Long> chosen) {
        if (!chosen.isEmpty() && (all || selection.isGiven())) {
            throw Failures.usage("IDs go with neither --all nor --table nor --type", "give IDs, or --all");
        }
    }
}
