package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** offsync sync. */
@Command(
        name = "sync",
        header = "Pushes, pulls, and pushes again while either left something to send.",
        abbreviateSynopsis = true,
        sortOptions = false)
final class SyncCommand implements Action {
    @Mixin
    private final TransferOptions transfer = new TransferOptions();

    @Mixin
    private final UploadOptions upload = new UploadOptions();

    @Mixin
    private final DownloadOptions download = new DownloadOptions();

    @Override
    public Result run(Session session) {
        return session.verbs()
                .sync(session.settings(), session.progress(), upload.with(transfer), download.with(transfer));
    }
}
