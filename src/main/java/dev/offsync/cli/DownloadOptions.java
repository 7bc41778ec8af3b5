package dev.offsync.cli;

import dev.offsync.sync.pull.PullOptions;
import picocli.CommandLine.Option;

/** The options of pull that sync takes, too. */
final class DownloadOptions {
    @Option(names = "--full", order = 4, description = "Compare every row with the hub's, not just what changed.")
    boolean full;

    PullOptions with(TransferOptions transfer) {
        return new PullOptions(
                transfer.tables(), full, transfer.maxDuration, transfer.allowMassDelete, transfer.dryRun);
    }
}
