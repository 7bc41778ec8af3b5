package dev.offsync.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL identifiers as they are typed into options; double quotes stay, for who resolves the names knows their meaning. */
final class Identifiers {
    private Identifiers() {}

    /** The names of an option that was given any number of times, each time with one or more names. */
    static List<String> split(String option, @Nullable List<String> texts) {
        var names = new ArrayList<String>();
        if (texts != null) {
            texts.forEach(text -> split(option, text, names));
        }
        return names;
    }

    private static void split(String option, String text, List<String> names) {
        int start = 0;
        int comma = indexOutsideQuotes(option, text, ',', start);
        while (comma >= 0) {
            names.add(name(option, text.substring(start, comma)));
            start = comma + 1;
            comma = indexOutsideQuotes(option, text, ',', start);
        }
        names.add(name(option, text.substring(start)));
    }

    private static String name(String option, String text) {
        String name = text.strip();
        if (name.isEmpty()) {
            throw Failures.usage(option + " holds an empty name", "separate names with single commas: a,b,schema.c");
        }
        return name;
    }

    /** Where {@code wanted} first stands outside double quotes from {@code start} on, or -1. */
    static int indexOutsideQuotes(String option, String text, char wanted, int start) {
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char letter = text.charAt(i);
            if (letter == '"') {
                quoted = !quoted;
            } else if (letter == wanted && !quoted) {
                return i;
            }
        }
        if (quoted) {
            throw Failures.usage(
                    option + ": a double quote is not closed in: " + text,
                    "the shell takes quotes away, so wrap the names in single quotes: '\"My Table\"'");
        }
        return -1;
    }
}
