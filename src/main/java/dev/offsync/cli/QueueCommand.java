package dev.offsync.cli;

import picocli.CommandLine.Command;

/** offsync queue: the group of the commands on operations. */
@Command(
        name = "queue",
        header = "Looks at, retries or drops operations.",
        commandListHeading = "%nCommands:%n",
        subcommands = {QueueListCommand.class, QueueRetryCommand.class, QueueDiscardCommand.class},
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {ExitStatus.DONE, ExitStatus.USAGE})
final class QueueCommand {}
