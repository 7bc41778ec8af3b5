package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code host=… dbname='…'}: words separated by white space, values with blanks in single quotes, a backslash
 * before a quote or backslash that is meant (PostgreSQL manual, "Keyword/Value Connection Strings").
 */
final class ConninfoParser {
    private final String text;
    private int at;

    private ConninfoParser(String text) {
        this.text = text;
    }

    /**
     * The keywords in their order; a keyword given twice counts as given last.
     *
     * @throws OffsyncException reason CONFIG; the message says where, but quotes nothing, since it could be a password
     */
    static Map<String, String> parse(String text) {
        return new ConninfoParser(text).pairs();
    }

    private Map<String, String> pairs() {
        var pairs = new LinkedHashMap<String, String>();
        skipBlanks();
        while (at < text.length()) {
            String name = name();
            pairs.put(name, value());
            skipBlanks();
        }
        return pairs;
    }

    private String name() {
        int start = at;
        while (at < text.length() && text.charAt(at) != '=' && !Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        String name = text.substring(start, at);
        skipBlanks();
        if (name.isEmpty() || at == text.length() || text.charAt(at) != '=') {
            throw broken("an = is missing", start);
        }
        at++;
        skipBlanks();
        return name;
    }

    private String value() {
        boolean quoted = at < text.length() && text.charAt(at) == '\'';
        int start = at;
        if (quoted) {
            at++;
        }
        var value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at);
            if (quoted ? c == '\'' : Character.isWhitespace(c)) {
                break;
            }
            if (c == '\\' && at + 1 < text.length()) {
                at++;
                c = text.charAt(at);
            }
            value.append(c);
            at++;
        }
        if (quoted) {
            if (at == text.length()) {
                throw broken("a closing quote is missing", start);
            }
            at++;
        }
        return value.toString();
    }

    private void skipBlanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private static OffsyncException broken(String what, int where) {
        return new OffsyncException(
                Reason.CONFIG,
                "the connection string cannot be read: " + what + " at character " + (where + 1),
                "write it as in host=db.example.org dbname=shop user=till, values with blanks in single quotes");
    }
}
