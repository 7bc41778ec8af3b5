package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.init.InitOptions.Existing;
import dev.offsync.sync.init.InitOptions.PrintSql;
import dev.offsync.sync.init.InitOptions.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** offsync init. */
@Command(
        name = "init",
        header = "Prepares the local database and the hub for tables, and registers the device.",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.INCOMPATIBLE,
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.SAFETY_STOP,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class InitCommand implements Action {
    @Mixin
    private final InitTableOptions tables = new InitTableOptions();

    @Option(
            names = "--device",
            order = 10,
            paramLabel = "NAME",
            description = "This device's name at the hub (default: the host name).")
    private @Nullable String device;

    @Option(
            names = "--existing",
            order = 11,
            paramLabel = "HOW",
            description = "Rows that are there already: merge (default), push or ignore.")
    private Existing existing = Existing.MERGE;

    @Option(names = "--local-only", order = 12, description = "Prepare the local database alone.")
    private boolean localOnly;

    @Option(names = "--hub-only", order = 13, description = "Prepare the hub alone.")
    private boolean hubOnly;

    @Option(
            names = "--new-identity",
            order = 14,
            description = "This copy becomes a device of its own and keeps its pending work.")
    private boolean newIdentity;

    @Option(
            names = "--rejoin",
            order = 15,
            description = "The hub was restored or replaced: send again what it lacks, then reconcile.")
    private boolean rejoin;

    @Option(names = "--dry-run", order = 16, description = "Show what would be done, change nothing.")
    private boolean dryRun;

    @Option(
            names = "--print-sql",
            order = 17,
            paramLabel = "SIDE",
            description = "Print the DDL for a DBA instead of running it: local or hub.")
    private @Nullable PrintSql printSql;

    @Override
    public Result run(Session session) {
        exclude("--local-only", localOnly, "--hub-only", hubOnly);
        exclude("--new-identity", newIdentity, "--rejoin", rejoin);
        if (device != null && device.isBlank()) {
            throw Failures.usage("--device is empty", "give the device a name, or leave the option out");
        }
        InitOptions options = tables.options(device, existing, scope(), newIdentity, rejoin, dryRun, printSql);
        return session.verbs().init(session.settings(), session.progress(), options);
    }

    private Scope scope() {
        if (localOnly) {
            return Scope.LOCAL_ONLY;
        }
        return hubOnly ? Scope.HUB_ONLY : Scope.BOTH;
    }

    static void exclude(String one, boolean oneGiven, String other, boolean otherGiven) {
        if (oneGiven && otherGiven) {
            throw Failures.usage(one + " and " + other + " exclude each other", "give one of them");
        }
    }
}
