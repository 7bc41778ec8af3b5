package dev.offsync.cli;

import picocli.CommandLine.Command;

/** offsync devices: the group of the commands on the fleet. */
@Command(
        name = "devices",
        header = "Looks at the hub's devices, or shuts one out.",
        commandListHeading = "%nCommands:%n",
        subcommands = {DevicesListCommand.class, DevicesRevokeCommand.class},
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {ExitStatus.DONE, ExitStatus.USAGE})
final class DevicesCommand {}
