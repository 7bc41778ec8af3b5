package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** offsync pull. */
@Command(
        name = "pull",
        header = "Downloads and applies what changed on the hub.",
        abbreviateSynopsis = true,
        sortOptions = false)
final class PullCommand implements Action {
    @Mixin
    private final TransferOptions transfer = new TransferOptions();

    @Mixin
    private final DownloadOptions download = new DownloadOptions();

    @Override
    public Result run(Session session) {
        return session.verbs().pull(session.settings(), session.progress(), download.with(transfer));
    }
}
