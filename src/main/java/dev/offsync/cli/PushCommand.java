package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** offsync push. */
@Command(
        name = "push",
        header = "Uploads pending operations to the hub.",
        abbreviateSynopsis = true,
        sortOptions = false)
final class PushCommand implements Action {
    @Mixin
    private final TransferOptions transfer = new TransferOptions();

    @Mixin
    private final UploadOptions upload = new UploadOptions();

    @Override
    public Result run(Session session) {
        return session.verbs().push(session.settings(), session.progress(), upload.with(transfer));
    }
}
