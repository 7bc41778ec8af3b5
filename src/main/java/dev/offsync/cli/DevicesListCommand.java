package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.sync.DevicesOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** offsync devices list. */
@Command(
        name = "list",
        header = "Lists the devices as the hub knows them from their last contact.",
        description = {"A member of offsync_admin sees every device, others see those that their role registered."},
        descriptionHeading = "%n",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.CHECK_LATE,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.INTERRUPTED
        })
final class DevicesListCommand implements Action {
    @Option(names = "--check", order = 1, description = "Exit with 4 where a device is late, and name it.")
    private boolean check;

    @Option(
            names = "--max-age",
            order = 2,
            paramLabel = "DURATION",
            description = "With --check: how long ago the last contact may be (default: three times sync_interval).")
    private @Nullable Duration maxAge;

    @Override
    public Result run(Session session) {
        if (maxAge != null && !check) {
            throw Failures.usage("--max-age says nothing without --check", "add --check");
        }
        return session.verbs().listDevices(session.settings(), new DevicesOptions(check, maxAge));
    }
}
