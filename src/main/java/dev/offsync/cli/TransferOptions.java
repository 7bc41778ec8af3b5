package dev.offsync.cli;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The options that push, pull and sync share, and how each of these may end. */
@Command(
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.CONFLICTS,
            ExitStatus.REJECTED,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.SAFETY_STOP,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class TransferOptions {
    @Option(
            names = "--tables",
            order = 1,
            paramLabel = "a,b,s.c",
            description = "Only these tables. Unquoted names fold, double quotes keep.")
    @Nullable
    List<String> tables;

    @Option(
            names = "--max-duration",
            order = 10,
            paramLabel = "DURATION",
            description = "Stop cleanly after this time: 90s, 5m; the next run goes on.")
    @Nullable
    Duration maxDuration;

    @Option(
            names = "--allow-mass-delete",
            order = 11,
            description = "Carry out deletions beyond max_delete instead of stopping.")
    boolean allowMassDelete;

    @Option(names = "--dry-run", order = 12, description = "Show what would be done, change nothing.")
    boolean dryRun;

    List<String> tables() {
        return Identifiers.split("--tables", tables);
    }
}
