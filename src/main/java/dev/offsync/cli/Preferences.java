package dev.offsync.cli;

import dev.offsync.config.GlobalOption;
import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.ui.Color;
import dev.offsync.ui.Console;
import dev.offsync.ui.JsonOutput;
import dev.offsync.ui.LogSettings;
import dev.offsync.ui.Output;
import dev.offsync.ui.TextOutput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/** How a run talks to its operator, from options, environment and config file. */
record Preferences(boolean json, boolean quiet, int verbosity, Color color, boolean progress, LogSettings log) {
    static Preferences of(Settings settings) {
        boolean quiet = settings.isOn(GlobalOption.QUIET);
        int verbosity = settings.option(GlobalOption.VERBOSE)
                .map(Preferences::verbosity)
                .orElse(0);
        LogSettings.Format format =
                word(settings, GlobalOption.LOG_FORMAT, LogSettings.Format.class, LogSettings.Format.TEXT);
        return new Preferences(
                settings.isOn(GlobalOption.JSON),
                quiet,
                verbosity,
                word(settings, GlobalOption.COLOR, Color.class, Color.AUTO),
                !quiet && !settings.isOn(GlobalOption.NO_PROGRESS),
                new LogSettings(
                        quiet ? -1 : verbosity,
                        settings.option(GlobalOption.LOG_FILE)
                                .map(Preferences::writable)
                                .orElse(null),
                        format));
    }

    /** What can be known before the settings are: enough to tell in the right form why they cannot be. */
    static Preferences provisional(Map<String, String> environment, String... args) {
        boolean json = isOn(environment.get("OFFSYNC_JSON"));
        int verbosity = 0;
        for (String arg : args) {
            json |= arg.equals("--json");
            verbosity += arg.equals("-vv") ? 2 : arg.equals("-v") || arg.equals("--verbose") ? 1 : 0;
        }
        return new Preferences(
                json, false, verbosity, Color.AUTO, false, new LogSettings(0, null, LogSettings.Format.TEXT));
    }

    Output output(Console console, InstantSource clock) {
        return json
                ? new JsonOutput(console, verbosity > 1)
                : new TextOutput(console, color, quiet, verbosity > 1, clock);
    }

    private static boolean isOn(@Nullable String text) {
        return text != null && !text.isEmpty() && !text.equals("0") && !text.equalsIgnoreCase("false");
    }

    private static int verbosity(String text) {
        return switch (text) {
            case "0", "false" -> 0;
            case "1", "true" -> 1;
            case "2" -> 2;
            default -> throw wrong(GlobalOption.VERBOSE, "'" + text + "' is none of 0, 1, 2");
        };
    }

    private static <E extends Enum<E>> E word(Settings settings, GlobalOption option, Class<E> type, E otherwise) {
        Optional<String> text = settings.option(option);
        try {
            return text.isEmpty() ? otherwise : new WordConverter<>(type).convert(text.get());
        } catch (TypeConversionException e) {
            throw wrong(option, String.valueOf(e.getMessage()));
        }
    }

    private static OffsyncException wrong(GlobalOption option, String message) {
        return new OffsyncException(
                Reason.CONFIG,
                option.key() + ": " + message,
                "correct it in the environment (OFFSYNC_" + option.name() + ") or in the config file");
    }

    /** Logback would say nothing of a file that it cannot write. */
    private static Path writable(String file) {
        Path path = Path.of(file).toAbsolutePath();
        Path directory = path.getParent();
        boolean writable = Files.exists(path)
                ? Files.isRegularFile(path) && Files.isWritable(path)
                : directory != null && Files.isDirectory(directory) && Files.isWritable(directory);
        if (!writable) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "cannot write the log file " + file,
                    "name a file in a directory that exists and that this user may write");
        }
        return path;
    }
}
