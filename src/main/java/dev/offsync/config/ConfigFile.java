package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/**
 * The TOML file: one {@code name = value} a line, the names being those of the options with underscores. The parser's
 * classes are loaded only where there is a file.
 */
final class ConfigFile {
    private static final Path SYSTEM_WIDE = Path.of("/etc/offsync/config.toml");

    private final Path path;
    private final Set<String> allowed;
    private final String text;

    private ConfigFile(Path path, Set<String> allowed, String text) {
        this.path = path;
        this.allowed = allowed;
        this.text = text;
    }

    /**
     * The file that counts: the one that was named, else the user's, else the system's.
     *
     * @throws OffsyncException reason CONFIG, where the named file does not exist
     */
    static Optional<Path> find(@Nullable String option, Map<String, String> environment, Path home) {
        String named = option != null ? option : environment.getOrDefault("OFFSYNC_CONFIG", "");
        if (!named.isEmpty()) {
            if (!Files.isRegularFile(Path.of(named))) {
                throw new OffsyncException(
                        Reason.CONFIG,
                        "the config file " + named + " does not exist",
                        "check --config and OFFSYNC_CONFIG");
            }
            return Optional.of(Path.of(named));
        }
        String xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
        Path user = (xdg.isEmpty() ? home.resolve(".config") : Path.of(xdg)).resolve("offsync/config.toml");
        return List.of(user, SYSTEM_WIDE).stream().filter(Files::isRegularFile).findFirst();
    }

    /**
     * The values in the file at {@code path}, by key.
     *
     * @throws OffsyncException reason CONFIG, where the file cannot be read or names a setting that is not
     *     {@code allowed}; the message says the line
     */
    static Map<String, Value> read(Path path, Set<String> allowed) {
        try {
            return new ConfigFile(path, allowed, Files.readString(path, StandardCharsets.UTF_8)).values();
        } catch (IOException e) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "cannot read the config file " + path,
                    "check that this user may read it and that it is UTF-8 text",
                    e);
        }
    }

    private Map<String, Value> values() {
        TomlParseResult parsed = parsed();
        var values = new LinkedHashMap<String, Value>();
        for (Map.Entry<String, Object> entry : parsed.entrySet()) {
            String key = entry.getKey();
            String place = place(parsed.inputPositionOf(List.of(key)));
            if (!allowed.contains(key)) {
                throw new OffsyncException(
                        Reason.CONFIG, place + ": there is no setting \"" + key + "\"", hintFor(key));
            }
            values.put(key, new Value(textOf(entry.getValue(), place, key), Origin.FILE, place));
        }
        return values;
    }

    private TomlParseResult parsed() {
        TomlParseResult parsed = Toml.parse(text);
        if (parsed.hasErrors()) {
            // The parser's message quotes the file, and with it perhaps a password: only its place is passed on.
            throw new OffsyncException(
                    Reason.CONFIG,
                    place(parsed.errors().get(0).position()) + ": the config file is not valid TOML",
                    "write one name = value a line, texts in double quotes, as in batch_size = 10000"
                            + " or local = \"postgresql://…\"");
        }
        return parsed;
    }

    /** {@code FILE:LINE}, the lines being counted from 1. */
    private String place(@Nullable TomlPosition position) {
        return path + ":" + (position == null ? 1 : position.line());
    }

    private String hintFor(String key) {
        return key.endsWith("password")
                ? "passwords are not kept in the config file: name a file with " + key + "_file, or use ~/.pgpass"
                : "the settings are: " + String.join(", ", allowed);
    }

    private static String textOf(@Nullable Object value, String place, String key) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw new OffsyncException(
                Reason.CONFIG, place + ": " + key + " must be a text, a number, true or false", null);
    }
}
