package dev.offsync.cli;

import picocli.CommandLine.Command;

/** offsync config: the group of the commands on settings. */
@Command(
        name = "config",
        header = "Shows and changes settings.",
        commandListHeading = "%nCommands:%n",
        subcommands = {ConfigListCommand.class, ConfigGetCommand.class, ConfigSetCommand.class, ConfigUnsetCommand.class
        },
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {ExitStatus.DONE, ExitStatus.USAGE})
final class ConfigCommand {}
