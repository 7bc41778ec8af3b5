package dev.offsync.cli;

import dev.offsync.model.Result;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** offsync devices revoke. */
@Command(
        name = "revoke",
        header = "Shuts a device out: its next contact ends with exit 12.",
        description = {
            "Needs the role offsync_admin. The device's login keeps its rights on the tables: take these"
                    + " away, too, where the device is in strange hands."
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
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.INTERRUPTED
        })
final class DevicesRevokeCommand implements Action {
    @Parameters(paramLabel = "NAME", description = "The device, as devices list names it.")
    private String name = "";

    @Mixin
    private final Consent consent = new Consent();

    @Override
    public Result run(Session session) {
        if (consent.isNeeded(session, "devices revoke")) {
            consent.ask(session, "Shut device " + name + " out? What it has not sent yet stays on it.");
        }
        return session.verbs().revokeDevice(session.settings(), name);
    }
}
