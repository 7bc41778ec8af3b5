package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.model.RuleDraft;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** offsync rules set. */
@Command(
        name = "set",
        header = "Writes the rule for a table and a type of conflict, in place of the one there.",
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
final class RulesSetCommand implements Action {
    @Parameters(index = "0", paramLabel = "TABLE", description = "A synced table, or '*' for all.")
    private String table = "";

    @Parameters(
            index = "1",
            paramLabel = "TYPE",
            description = "update_update, update_delete, insert_insert, unique_violation, foreign_key, or '*' for all.")
    private String type = "";

    @Parameters(
            index = "2",
            paramLabel = "STRATEGY",
            description = "lww (the later change), version (the greater version), local_wins, remote_wins, merge"
                    + " (column by column), custom (a function), rekey (insert_insert: the local row gets a new"
                    + " key) or manual (a person).")
    private String strategy = "";

    @Option(
            names = "--function",
            order = 1,
            paramLabel = "SCHEMA.NAME",
            description = "For custom: f(local jsonb, remote jsonb, base jsonb) RETURNS jsonb in the local database,"
                    + " which returns the row to keep, or NULL for a person to decide.")
    private @Nullable String function;

    @Option(
            names = "--delta",
            order = 2,
            paramLabel = "COL,COL",
            description = "For merge: counters, which become hub + (local - base) where both sides moved them. A base"
                    + " of NULL counts as 0; where a side is NULL the fallback decides; a sum too large for its"
                    + " type waits for a person.")
    private @Nullable List<String> delta;

    @Option(
            names = "--fallback",
            order = 3,
            paramLabel = "STRATEGY",
            description = "What decides where the strategy does not: for merge on columns that both sides changed, for"
                    + " merge and custom where their row runs into other rows, for rekey where the row cannot move:"
                    + " lww, version, local_wins, remote_wins or manual (default).")
    private String fallback = "manual";

    @Option(
            names = "--priority",
            order = 4,
            paramLabel = "N",
            description = "The greatest priority counts (default: 0); among equals a named table before '*', then a"
                    + " named type.")
    private int priority;

    @Override
    public Result run(Session session) {
        var rule =
                new RuleDraft(table, type, strategy, function, Identifiers.split("--delta", delta), fallback, priority);
        return session.verbs().setRule(session.settings(), rule);
    }
}
