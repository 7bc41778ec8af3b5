package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.RuleDraft;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * A TOML file of conflict rules: one {@code [[rule]]} each, with {@code table}, {@code type} and {@code strategy}, and
 * where needed {@code function}, {@code delta} (a list of columns), {@code fallback} and {@code priority}.
 */
public final class RulesFile {
    /** A rule and where it stands, as {@code FILE:LINE}. */
    public record Entry(RuleDraft rule, String place) {}

    private static final Set<String> KEYS =
            Set.of("table", "type", "strategy", "function", "delta", "fallback", "priority");
    private static final String FORM =
            "write each rule as [[rule]] with table, type and strategy on lines of their own,"
                    + " and where needed function, delta, fallback and priority; an empty file takes every rule away";

    private final Path path;

    private RulesFile(Path path) {
        this.path = path;
    }

    /**
     * The rules in the file, in its order. Whether they mean anything is not looked at.
     *
     * @throws OffsyncException reason CONFIG, where the file cannot be read or has another form; the message says the
     *     line
     */
    public static List<Entry> read(Path path) {
        try {
            return new RulesFile(path).entries(Toml.parse(Files.readString(path, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "cannot read the rules file " + path,
                    "check that it exists, that this user may read it, and that it is UTF-8 text",
                    e);
        }
    }

    private List<Entry> entries(TomlParseResult parsed) {
        if (parsed.hasErrors()) {
            throw wrong(parsed.errors().get(0).position(), "the file is not valid TOML");
        }
        for (String key : parsed.keySet()) {
            if (!key.equals("rule")) {
                throw wrong(parsed.inputPositionOf(List.of(key)), "\"" + key + "\" is unknown here");
            }
        }
        var entries = new ArrayList<Entry>();
        Object rules = parsed.get(List.of("rule"));
        if (rules != null) {
            TomlPosition start = parsed.inputPositionOf(List.of("rule"));
            if (!(rules instanceof TomlArray list)) {
                throw wrong(start, "rule is not a list of tables");
            }
            for (int i = 0; i < list.size(); i++) {
                if (!(list.get(i) instanceof TomlTable rule)) {
                    throw wrong(start, "rule is not a list of tables");
                }
                entries.add(entry(rule, list.inputPositionOf(i)));
            }
        }
        return entries;
    }

    private Entry entry(TomlTable table, TomlPosition start) {
        for (String key : table.keySet()) {
            if (!KEYS.contains(key)) {
                throw wrong(table.inputPositionOf(List.of(key)), "a rule has no \"" + key + "\"");
            }
        }
        Long priority = value(table, "priority", Long.class);
        if (priority != null && priority.intValue() != priority) {
            throw wrong(table.inputPositionOf(List.of("priority")), "priority is out of range");
        }
        var draft = new RuleDraft(
                required(table, start, "table"),
                required(table, start, "type"),
                required(table, start, "strategy"),
                value(table, "function", String.class),
                texts(table, "delta"),
                Optional.ofNullable(value(table, "fallback", String.class)).orElse("manual"),
                priority == null ? 0 : priority.intValue());
        return new Entry(draft, place(start));
    }

    private String required(TomlTable table, TomlPosition start, String key) {
        String text = value(table, key, String.class);
        if (text == null) {
            throw wrong(start, "this rule has no " + key);
        }
        return text;
    }

    private <T> @Nullable T value(TomlTable table, String key, Class<T> type) {
        Object value = table.get(List.of(key));
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        String wanted = type == Long.class ? "a whole number" : "a text in double quotes";
        throw wrong(table.inputPositionOf(List.of(key)), key + " must be " + wanted);
    }

    private List<String> texts(TomlTable table, String key) {
        TomlArray array = value(table, key, TomlArray.class);
        var texts = new ArrayList<String>();
        for (int i = 0; array != null && i < array.size(); i++) {
            if (!(array.get(i) instanceof String text)) {
                throw wrong(array.inputPositionOf(i), key + " must be a list of column names");
            }
            texts.add(text);
        }
        return texts;
    }

    private OffsyncException wrong(@Nullable TomlPosition position, String message) {
        return new OffsyncException(Reason.CONFIG, place(position) + ": " + message, FORM);
    }

    private String place(@Nullable TomlPosition position) {
        return path + ":" + (position == null ? 1 : position.line());
    }
}
