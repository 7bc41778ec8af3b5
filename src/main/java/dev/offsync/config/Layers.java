package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lays options over environment over file; each key keeps the highest value that was given. */
final class Layers {
    private static final Map<String, String> OTHER_NAMES = Map.of("local", "LOCAL_DB_URL", "remote", "REMOTE_DB_URL");

    private final Map<String, Value> values = new HashMap<>();

    private Layers() {}

    /**
     * The value of each key that was given, every one checked.
     *
     * @throws OffsyncException reason CONFIG, naming the place of the value that is wrong
     */
    static Map<String, Value> resolve(CommandLineSettings options, Map<String, String> environment, Path home) {
        var layers = new Layers();
        Set<String> names = names();
        options.byName()
                .forEach((name, text) ->
                        layers.add(name, new Value(text, Origin.OPTION, "--" + name.replace('_', '-'))));
        names.forEach(name -> layers.addVariable(name, environment));
        ConfigFile.find(options.config(), environment, home)
                .ifPresent(file -> ConfigFile.read(file, names).forEach(layers::add));
        layers.values.forEach(Layers::check);
        return layers.values;
    }

    private static Set<String> names() {
        var names = new LinkedHashSet<String>();
        Arrays.stream(GlobalOption.values()).map(GlobalOption::key).forEach(names::add);
        Arrays.stream(ConfigKey.values()).map(ConfigKey::key).forEach(names::add);
        return names;
    }

    private void addVariable(String name, Map<String, String> environment) {
        for (String variable : variables(name)) {
            String text = environment.getOrDefault(variable, "");
            if (!text.isEmpty()) {
                add(name, new Value(text, Origin.ENVIRONMENT, variable));
            }
        }
    }

    private static Iterable<String> variables(String name) {
        var variables = new LinkedHashSet<String>();
        variables.add("OFFSYNC_" + name.toUpperCase(Locale.ROOT));
        if (OTHER_NAMES.containsKey(name)) {
            variables.add(OTHER_NAMES.get(name));
        }
        return variables;
    }

    private void add(String name, Value value) {
        values.putIfAbsent(name, value);
    }

    private static void check(String name, Value value) {
        try {
            switch (name) {
                case "local", "remote", "pull_remote" -> DatabaseAddress.parse(value.text());
                case "lock_wait" -> Durations.parse(value.text());
                case "json", "quiet", "no_progress", "no_input" -> Values.flag(value.text());
                default -> checkKey(name, value);
            }
        } catch (OffsyncException e) {
            throw new OffsyncException(e.reason(), value.place() + ": " + e.getMessage(), e.hint(), e);
        }
    }

    private static void checkKey(String name, Value value) {
        for (ConfigKey key : ConfigKey.values()) {
            if (key.key().equals(name)) {
                key.check(value.text());
            }
        }
    }

    /** A copy of {@code values} with what {@code further} has beside them. */
    static Map<String, Value> under(Map<String, Value> values, Map<String, Value> further) {
        var all = new LinkedHashMap<>(further);
        all.putAll(values);
        return all;
    }
}
