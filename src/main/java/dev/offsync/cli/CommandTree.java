package dev.offsync.cli;

import dev.offsync.model.ConflictType;
import dev.offsync.model.Direction;
import dev.offsync.model.Use;
import dev.offsync.sync.Complete;
import dev.offsync.sync.QueueFilter;
import dev.offsync.sync.init.InitOptions.Existing;
import dev.offsync.sync.init.InitOptions.PrintSql;
import dev.offsync.ui.Color;
import dev.offsync.ui.LogSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** All commands, as picocli wants them. */
final class CommandTree {
    private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("init", InitCommand.class);
        COMMANDS.put("status", StatusCommand.class);
        COMMANDS.put("push", PushCommand.class);
        COMMANDS.put("pull", PullCommand.class);
        COMMANDS.put("sync", SyncCommand.class);
        COMMANDS.put("conflicts", ConflictsCommand.class);
        COMMANDS.put("queue", QueueCommand.class);
        COMMANDS.put("rules", RulesCommand.class);
        COMMANDS.put("config", ConfigCommand.class);
        COMMANDS.put("purge", PurgeCommand.class);
        COMMANDS.put("verify", VerifyCommand.class);
        COMMANDS.put("devices", DevicesCommand.class);
        COMMANDS.put("deinit", DeinitCommand.class);
        COMMANDS.put("check", CheckCommand.class);
        COMMANDS.put("__complete", CompleteCommand.class);
    }

    private CommandTree() {}

    /**
     * The arguments, taken apart. Commands that no argument names are left out, because reading their annotations costs
     * time on every run; help and suggestions need them all.
     */
    static ParseResult parse(String... args) {
        List<String> words = Arrays.asList(args);
        boolean named = COMMANDS.keySet().stream().anyMatch(words::contains);
        if (!named || words.contains("-h") || words.contains("--help")) {
            return full().parseArgs(args);
        }
        try {
            return build(words).parseArgs(args);
        } catch (ParameterException incomplete) {
            return full().parseArgs(args);
        }
    }

    /** Every command, for help and suggestions. */
    static CommandLine full() {
        return build(List.copyOf(COMMANDS.keySet()));
    }

    private static CommandLine build(List<String> names) {
        CommandLine.tracer().setLevel(CommandLine.TraceLevel.OFF);
        var root = new CommandLine(new OffsyncCommand());
        COMMANDS.forEach((name, type) -> {
            if (names.contains(name)) {
                root.addSubcommand(name, type);
            }
        });
        word(root, Color.class);
        word(root, LogSettings.Format.class);
        word(root, ConflictType.class);
        word(root, Direction.class);
        word(root, Existing.class);
        word(root, PrintSql.class);
        word(root, QueueFilter.Status.class);
        word(root, Use.class);
        word(root, Complete.Kind.class);
        return root.registerConverter(Duration.class, new DurationConverter())
                // A value like @home is a value, not a file of arguments.
                .setExpandAtFiles(false)
                // Of an option given twice, before and after the command's name for example, the last one counts.
                .setOverwrittenOptionsAllowed(true);
    }

    private static <E extends Enum<E>> void word(CommandLine root, Class<E> type) {
        root.registerConverter(type, new WordConverter<>(type));
    }

    /** The name of the command that was reached, as in "conflicts list"; "offsync" where none was. */
    static String name(ParseResult parsed) {
        return name(last(parsed).commandSpec().qualifiedName());
    }

    /** The best name known where the arguments could not be parsed: what picocli had reached, or a word that is one. */
    static String name(ParameterException wrong, String... args) {
        String reached = name(wrong.getCommandLine().getCommandSpec().qualifiedName());
        if (!reached.equals("offsync")) {
            return reached;
        }
        return Arrays.stream(args).filter(COMMANDS::containsKey).findFirst().orElse(reached);
    }

    private static String name(String qualified) {
        return qualified.startsWith("offsync ") ? qualified.substring("offsync ".length()) : qualified;
    }

    static ParseResult last(ParseResult parsed) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return last;
    }
}
