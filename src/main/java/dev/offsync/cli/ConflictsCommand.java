package dev.offsync.cli;

import picocli.CommandLine.Command;

/** offsync conflicts: the group of the commands that look at and settle conflicts. */
@Command(
        name = "conflicts",
        header = "Looks at and settles conflicts.",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            ConflictsListCommand.class,
            ConflictsShowCommand.class,
            ConflictsResolveCommand.class,
            ConflictsUndoCommand.class
        },
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {ExitStatus.DONE, ExitStatus.USAGE})
final class ConflictsCommand {}
