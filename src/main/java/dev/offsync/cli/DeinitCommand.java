package dev.offsync.cli;

import dev.offsync.model.DeinitResult;
import dev.offsync.model.Result;
import dev.offsync.sync.DeinitOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** offsync deinit. */
@Command(
        name = "deinit",
        header = "Removes offsync from the local database, or with --hub from the hub.",
        description = {
            "Triggers and the schema offsync go, with the queue, its history, the conflict log, rules and"
                    + " settings. Sequences get their bounds back and go on past the largest key. The tables and their"
                    + " rows stay as they are; so do the columns of --sync-columns, which are the application's to"
                    + " drop, without offsync's indexes on them.%n",
            "Refused while there is work that was not sent, or an open conflict. A run that was cut short is"
                    + " repeated; where nothing is left, nothing is done. The hub keeps the device in its list until"
                    + " devices revoke; the hub's roles offsync_device and offsync_admin stay, since other databases"
                    + " may use them."
        },
        descriptionHeading = "%n",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class DeinitCommand implements Action {
    @Option(names = "--hub", order = 1, description = "Remove it from the hub: no device can sync any more.")
    private boolean hub;

    @Option(
            names = "--discard-pending",
            order = 2,
            description = "Go on although there is work that was not sent; the rows stay, the hub never hears of them.")
    private boolean discardPending;

    @Option(names = "--dry-run", order = 3, description = "Show what would be removed, change nothing.")
    private boolean dryRun;

    @Mixin
    private final Consent consent = new Consent();

    @Override
    public Result run(Session session) {
        if (!dryRun && consent.isNeeded(session, "deinit")) {
            DeinitResult plan = run(session, true);
            if (plan.changes().isEmpty()) {
                return plan;
            }
            consent.ask(session, question(plan));
        }
        return run(session, dryRun);
    }

    private DeinitResult run(Session session, boolean planOnly) {
        return session.verbs().deinit(session.settings(), new DeinitOptions(hub, discardPending, planOnly));
    }

    private static String question(DeinitResult plan) {
        String lost = plan.discarded() == 0 ? "" : " " + plan.discarded() + " operations will never be sent.";
        if (plan.side().equals("local")) {
            return "Remove offsync from the local database" + (plan.device() == null ? "" : " of " + plan.device())
                    + "?" + lost;
        }
        String devices = plan.devices().isEmpty()
                ? "no device is registered"
                : "these devices can not sync any more: " + String.join(", ", plan.devices());
        return "Remove offsync from the hub (" + devices + ")?" + lost;
    }
}
