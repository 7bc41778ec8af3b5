package dev.offsync.cli;

import dev.offsync.config.ConfigKey;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Strategy;
import dev.offsync.sync.Complete.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What may stand for the value of an option or for an argument. */
sealed interface Completion {
    /** One of a few words. */
    record Words(List<String> words) implements Completion {}

    /**
     * What {@code offsync __complete} answers.
     *
     * @param list several, separated by commas
     * @param suffix what follows the word, as in TABLE=
     */
    record Asked(Kind kind, boolean list, String suffix) implements Completion {
        String word() {
            return kind.name().toLowerCase(Locale.ROOT);
        }
    }

    /** The value of the key that is the word before; nothing is offered for the keys that are not here. */
    record ValueOfKey(Map<String, List<String>> words) implements Completion {}

    record Files() implements Completion {}

    /** Anything. */
    record Free() implements Completion {}

    /** By the argument's type where that is an enumeration, else by its label, which says what it is. */
    static Completion of(String command, ArgSpec argument) {
        if (argument.type().isEnum()) {
            return new Words(words((Enum<?>[]) argument.type().getEnumConstants()));
        }
        Kind tables = command.equals("init") ? Kind.ALL_TABLES : Kind.TABLES;
        return switch (argument.paramLabel()) {
            case "FILE" -> new Files();
            case "TABLE" -> new Asked(tables, false, "");
            case "a,b,s.c" -> new Asked(tables, true, "");
            case "TABLE=CONDITION", "TABLE=N" -> new Asked(tables, false, "=");
            case "ID" -> new Asked(command.startsWith("queue") ? Kind.OPERATIONS : Kind.CONFLICTS, false, "");
            case "KEY" ->
                new Words(Arrays.stream(ConfigKey.values()).map(ConfigKey::key).toList());
            case "VALUE" -> valueOfKey();
            case "STRATEGY" -> new Words(words(Strategy.values()));
            case "TYPE" -> new Words(words(ConflictType.values()));
            case "STATUS" -> new Words(List.of("pending", "processing", "completed", "failed", "conflict"));
            default -> new Free();
        };
    }

    private static ValueOfKey valueOfKey() {
        var words = new LinkedHashMap<String, List<String>>();
        for (ConfigKey key : ConfigKey.values()) {
            if (!key.words().isEmpty()) {
                words.put(key.key(), key.words());
            }
        }
        return new ValueOfKey(words);
    }

    private static List<String> words(Enum<?>[] constants) {
        return Arrays.stream(constants)
                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The visible options, the command's own before the global ones. */
    static List<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream()
                .filter(option -> !option.hidden())
                .sorted((one, other) -> Integer.compare(one.order(), other.order()))
                .toList();
    }

    static List<PositionalParamSpec> arguments(CommandSpec spec) {
        return spec.positionalParameters();
    }

    static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    /** The names of all options, of whatever command, that are followed by a value. */
    static List<String> valueOptions() {
        var names = new TreeSet<String>();
        Documents.leaves().values().forEach(spec -> options(spec).stream()
                .filter(Completion::takesValue)
                .forEach(option -> names.addAll(List.of(option.names()))));
        return List.copyOf(names);
    }

    /** The words that may follow: commands after nothing (""), a group's commands after the group's name. */
    static Map<String, Map<String, String>> groups() {
        var groups = new LinkedHashMap<String, Map<String, String>>();
        groups.put("", new LinkedHashMap<>());
        Documents.program().subcommands().forEach((name, line) -> {
            CommandSpec spec = line.getCommandSpec();
            if (!spec.usageMessage().hidden()) {
                groups.get("").put(name, spec.usageMessage().header()[0]);
            }
        });
        Documents.leaves().forEach((name, spec) -> {
            if (name.contains(" ")) {
                String[] words = name.split(" ", 2);
                groups.computeIfAbsent(words[0], group -> new LinkedHashMap<>())
                        .put(words[1], spec.usageMessage().header()[0]);
            }
        });
        return groups;
    }

    /** Every option's name, for a list to choose from. */
    static List<String> names(List<OptionSpec> options) {
        var names = new ArrayList<String>();
        options.forEach(option -> names.addAll(List.of(option.names())));
        return names;
    }
}
