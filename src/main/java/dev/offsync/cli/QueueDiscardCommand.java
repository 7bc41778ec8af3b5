package dev.offsync.cli;

import dev.offsync.model.DiscardResult;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.Result;
import dev.offsync.sync.DiscardOptions;
import dev.offsync.sync.QueueChoice;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** offsync queue discard. */
@Command(
        name = "discard",
        header = "Drops operations: the hub will never get them.",
        description = {
            "A later change of the same row holds what the earlier one wrote, so it is dropped with it. The"
                    + " local row goes back to what it was before: with no older change waiting that is the row that"
                    + " the hub had; a row inserted here is deleted again, one deleted here comes back. What the hub"
                    + " changed since arrives with the next pull, and both are equal. What was parked behind a dropped"
                    + " operation goes with the next push.%n",
            "Dropped operations stay in the log as completed, with who and why. Refused: operations in"
                    + " conflict (see conflicts resolve) or on their way to the hub, and a row that others here still"
                    + " need."
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
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class QueueDiscardCommand implements Action {
    @Parameters(arity = "0..*", paramLabel = "ID", description = "Operations, by number (see queue list).")
    private @Nullable List<String> ids;

    @Option(names = "--all", order = 1, description = "All failed ones, or those that --table and --status select.")
    private boolean all;

    @Mixin
    private final QueueSelection selection = new QueueSelection();

    @Option(
            names = "--reason",
            order = 4,
            paramLabel = "TEXT",
            description = "Why, for the log (default: the hub's message).")
    private @Nullable String reason;

    @Option(names = "--dry-run", order = 5, description = "Show what would be dropped, change nothing.")
    private boolean dryRun;

    @Mixin
    private final Consent consent = new Consent();

    @Override
    public Result run(Session session) {
        QueueChoice choice = selection.chosen("queue discard", ids, all);
        if (dryRun) {
            return session.verbs().discardQueue(session.settings(), new DiscardOptions(choice, reason, true));
        }
        if (consent.isNeeded(session, "queue discard")) {
            DiscardResult plan =
                    session.verbs().discardQueue(session.settings(), new DiscardOptions(choice, reason, true));
            if (plan.discarded().isEmpty()) {
                return plan;
            }
            consent.ask(session, question(plan));
            List<Long> planned = plan.discarded().stream().map(QueueEntry::id).toList();
            choice = QueueChoice.of(planned);
        }
        return session.verbs().discardQueue(session.settings(), new DiscardOptions(choice, reason, false));
    }

    private static String question(DiscardResult plan) {
        var rows = plan.discarded().stream()
                .map(entry ->
                        "  " + entry.id() + " " + entry.operation() + " " + entry.table() + " key " + entry.recordId())
                .limit(20)
                .collect(Collectors.joining("\n"));
        String others = plan.sameTransaction().isEmpty()
                ? ""
                : "\nOf the same transaction, and still to be sent: "
                        + plan.sameTransaction().size() + " more.";
        int more = plan.discarded().size() - 20;
        return rows + (more > 0 ? "\n  and " + more + " more" : "") + others
                + "\nDrop " + (plan.discarded().size() == 1 ? "this operation" : "these operations")
                + " and put the local rows back to what the hub has?";
    }
}
