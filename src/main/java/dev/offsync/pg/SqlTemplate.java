package dev.offsync.pg;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SQL kept as a resource beside the migrations, with {@code {name}} where a value of the table at hand goes in. */
public final class SqlTemplate {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_]+)}");

    private static final Pattern DOLLAR_QUOTE = Pattern.compile("\\$([a-z]+)\\$");

    private SqlTemplate() {}

    /** The text of {@code /dev/offsync/sql/PATH}. */
    public static String read(String path) {
        try (InputStream resource = SqlTemplate.class.getResourceAsStream("/dev/offsync/sql/" + path)) {
            if (resource == null) {
                throw new IllegalArgumentException("no resource " + path);
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The template at {@code path} with its placeholders filled; an unknown one is a bug and fails. No value can end a
     * dollar-quoted body of the template: its tag is made longer until no value holds it.
     */
    public static String fill(String path, Map<String, String> values) {
        String template = DOLLAR_QUOTE.matcher(read(path)).replaceAll(match -> {
            String tag = match.group(1);
            while (holds(values, "$" + tag)) {
                tag += "_";
            }
            return Matcher.quoteReplacement("$" + tag + "$");
        });
        return PLACEHOLDER.matcher(template).replaceAll(match -> {
            String value = values.get(match.group(1));
            if (value == null) {
                throw new IllegalArgumentException(path + " wants a value for " + match.group());
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static boolean holds(Map<String, String> values, String text) {
        return values.values().stream().anyMatch(value -> value.contains(text));
    }
}
