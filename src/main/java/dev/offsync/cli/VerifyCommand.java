package dev.offsync.cli;

import dev.offsync.model.Result;
import dev.offsync.sync.verify.VerifyOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** offsync verify. */
@Command(
        name = "verify",
        header = "Compares the device with the hub by hash buckets and names the rows that differ.",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.REPAIR_CONFLICTS,
            ExitStatus.DIFFERENCES,
            ExitStatus.NOT_INITIALISED,
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.SAFETY_STOP,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class VerifyCommand implements Action {
    @Option(
            names = "--tables",
            order = 1,
            paramLabel = "a,b,s.c",
            description = "Only these tables. Unquoted names fold, double quotes keep.")
    private @Nullable List<String> tables;

    @Option(
            names = "--repair",
            order = 2,
            description = "Bring both sides in line: copy what is missing, make a conflict of what differs.")
    private boolean repair;

    @Override
    public Result run(Session session) {
        var options = new VerifyOptions(Identifiers.split("--tables", tables), repair);
        return session.verbs().verify(session.settings(), session.progress(), options);
    }
}
