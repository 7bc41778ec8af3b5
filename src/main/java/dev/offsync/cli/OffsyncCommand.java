package dev.offsync.cli;

import dev.offsync.config.CommandLineSettings;
import dev.offsync.config.GlobalOption;
import dev.offsync.ui.Color;
import dev.offsync.ui.LogSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The program itself and its global options, which every command inherits and takes before and after its name. */
@Command(
        name = "offsync",
        customSynopsis = "offsync [GLOBAL OPTIONS] COMMAND [OPTIONS]",
        header = "Keeps a PostgreSQL database at the edge and a shared one, the hub, in step.",
        commandListHeading = "%nCommands:%n",
        abbreviateSynopsis = true,
        sortOptions = false,
        exitCodeListHeading = ExitStatus.HEADING,
        exitCodeList = {
            ExitStatus.DONE,
            ExitStatus.UNEXPECTED,
            ExitStatus.USAGE,
            ExitStatus.CONFLICTS,
            ExitStatus.REJECTED,
            "5:verify found differences, or check an error",
            ExitStatus.NOT_INITIALISED,
            ExitStatus.LOCKED,
            ExitStatus.REFUSED,
            ExitStatus.OFFLINE,
            ExitStatus.SAFETY_STOP,
            ExitStatus.LOCAL_UNREACHABLE,
            ExitStatus.INTERRUPTED
        })
final class OffsyncCommand {
    /** Where the global options begin in a help text: after the command's own. */
    private static final int LAST = 1000;

    @Option(
            names = "--local",
            scope = ScopeType.INHERIT,
            order = LAST,
            paramLabel = "URL",
            description = "The local database: postgresql://user@host:port/db or a conninfo string.")
    @Nullable
    String local;

    @Option(
            names = "--remote",
            scope = ScopeType.INHERIT,
            order = LAST + 1,
            paramLabel = "URL",
            description = "The hub.")
    @Nullable
    String remote;

    @Option(
            names = "--config",
            scope = ScopeType.INHERIT,
            order = LAST + 2,
            paramLabel = "FILE",
            description = "The config file (TOML).")
    @Nullable
    String config;

    @Option(
            names = "--local-password-file",
            scope = ScopeType.INHERIT,
            order = LAST + 3,
            paramLabel = "FILE",
            description = "File that holds the local database's password.")
    @Nullable
    String localPasswordFile;

    @Option(
            names = "--remote-password-file",
            scope = ScopeType.INHERIT,
            order = LAST + 4,
            paramLabel = "FILE",
            description = "File that holds the hub's password.")
    @Nullable
    String remotePasswordFile;

    @Option(
            names = "--lock-wait",
            scope = ScopeType.INHERIT,
            order = LAST + 5,
            paramLabel = "DURATION",
            description = "How long to wait for another run of this device: 90s, 5m.")
    @Nullable
    String lockWait;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            order = LAST + 6,
            description = "Answer with one JSON document on standard output.")
    boolean json;

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            order = LAST + 7,
            description = "Print nothing but errors.")
    boolean quiet;

    @Option(
            names = {"-v", "--verbose"},
            scope = ScopeType.INHERIT,
            order = LAST + 8,
            description = "Log more; twice: everything, with stack traces.")
    void verbose(boolean more) {
        // Counted here, since picocli starts a list anew after the command's name.
        verbosity += more ? 1 : 0;
    }

    private int verbosity;

    @Option(
            names = "--log-file",
            scope = ScopeType.INHERIT,
            order = LAST + 9,
            paramLabel = "FILE",
            description = "Log to this file, too; it is rotated.")
    @Nullable
    String logFile;

    @Option(
            names = "--log-format",
            scope = ScopeType.INHERIT,
            order = LAST + 10,
            paramLabel = "FORMAT",
            description = "How log lines look: text (default) or json.")
    LogSettings.@Nullable Format logFormat;

    @Option(
            names = "--color",
            scope = ScopeType.INHERIT,
            order = LAST + 11,
            paramLabel = "WHEN",
            description = "Colour: auto (default), always or never.")
    @Nullable
    Color color;

    @Option(
            names = "--no-progress",
            scope = ScopeType.INHERIT,
            order = LAST + 12,
            description = "Show no progress bar.")
    boolean noProgress;

    @Option(
            names = "--no-input",
            scope = ScopeType.INHERIT,
            order = LAST + 13,
            description = "Never ask, as if there were no terminal.")
    boolean noInput;

    @Option(
            names = {"-h", "--help"},
            scope = ScopeType.INHERIT,
            order = LAST + 14,
            usageHelp = true,
            description = "Show this help.")
    boolean help;

    @Option(
            names = {"-V", "--version"},
            scope = ScopeType.INHERIT,
            order = LAST + 15,
            versionHelp = true,
            description = "Show offsync's version.")
    boolean version;

    /** The options as typed; Settings checks them, together with what environment and config file say. */
    CommandLineSettings settings() {
        var others = new LinkedHashMap<String, String>();
        text(others, GlobalOption.JSON, json ? "true" : null);
        text(others, GlobalOption.QUIET, quiet ? "true" : null);
        text(others, GlobalOption.NO_PROGRESS, noProgress ? "true" : null);
        text(others, GlobalOption.NO_INPUT, noInput ? "true" : null);
        text(others, GlobalOption.VERBOSE, verbosity == 0 ? null : String.valueOf(Math.min(2, verbosity)));
        text(others, GlobalOption.LOG_FILE, logFile);
        text(others, GlobalOption.LOG_FORMAT, logFormat == null ? null : logFormat.name());
        text(others, GlobalOption.COLOR, color == null ? null : color.name());
        return new CommandLineSettings(local, remote, config, localPasswordFile, remotePasswordFile, lockWait, others);
    }

    private static void text(Map<String, String> texts, GlobalOption option, @Nullable String text) {
        if (text != null) {
            texts.put(option.key(), text);
        }
    }
}
