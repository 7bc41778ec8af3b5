package dev.offsync.cli;

import dev.offsync.model.DeinitResult;
import dev.offsync.model.Result;
import dev.offsync.sync.DeinitOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
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
            "With --tables only those tables are let go: their triggers, their part of the queue, of the conflict log and"
                    + " of the rules. offsync init --tables takes them in again.%n",
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
            names = "--tables",
            order = 2,
            paramLabel = "a,b,s.c",
            description = "Remove it only from these tables of the local database; the others go on as before.")
    private @Nullable List<String> tables;

    @Option(
            names = "--discard-pending",
            order = 3,
            description = "Go on although there is work that was not sent; the rows stay, the hub never hears of them.")
    private boolean discardPending;

    @Option(names = "--dry-run", order = 4, description = "Show what would be removed, change nothing.")
    private boolean dryRun;

    @Mixin
    private final Consent consent = new Consent();

    @Override
    public Result run(Session session) {
        if (hub && tables != null) {
            throw Failures.usage(
                    "--tables takes tables from the local database, not from the hub",
                    "leave --hub out; the hub goes on tracking a table for the other devices");
        }
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
        return session.verbs()
                .deinit(
                        session.settings(),
                        new DeinitOptions(hub, Identifiers.split("--tables", tables), discardPending, planOnly));
    }

    private String question(DeinitResult plan) {
        String lost = plan.discarded() == 0 ? "" : " " + plan.discarded() + " operations will never be sent.";
        if (tables != null) {
            return "Take " + String.join(", ", tables) + " out of offsync's hands?" + lost;
        }
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
