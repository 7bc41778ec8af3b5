package dev.offsync.cli;

import picocli.CommandLine.Command;

/** offsync rules: the group of the commands on conflict rules. */
@Command(
        name = "rules",
        header = "Shows and changes the rules that settle conflicts.",
        commandListHeading = "%nCommands:%n",
        subcommands = {RulesListCommand.class, RulesSetCommand.class, RulesUnsetCommand.class, RulesApplyCommand.class},
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {ExitStatus.DONE, ExitStatus.USAGE})
final class RulesCommand {}
