package dev.offsync.cli;

import dev.offsync.sync.push.PushOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of push that sync takes, too. */
final class UploadOptions {
    @Option(
            names = "--batch-size",
            order = 2,
            paramLabel = "N",
            description = "Operations per hub transaction; a local transaction is never split.")
    @Nullable
    Integer batchSize;

    @Option(names = "--limit", order = 3, paramLabel = "N", description = "Push about N operations at most.")
    @Nullable
    Long limit;

    PushOptions with(TransferOptions transfer) {
        if (batchSize != null && batchSize < 1) {
            throw Failures.usage("--batch-size must be at least 1", null);
        }
        if (limit != null && limit < 1) {
            throw Failures.usage("--limit must be at least 1", null);
        }
        return new PushOptions(
                transfer.tables(), batchSize, limit, transfer.maxDuration, transfer.allowMassDelete, transfer.dryRun);
    }
}
