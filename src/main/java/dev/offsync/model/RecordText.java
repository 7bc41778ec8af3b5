package dev.offsync.model;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL's text form of a composite value, such as {@code (7,"two words",,"")}: an empty field is NULL, quotes and
 * backslashes within a quoted field are doubled (PostgreSQL manual, 8.16.6; record_in and record_out in rowtypes.c).
 * Both directions take time linear in the text's length.
 */
public final class RecordText {
    private static final String NEEDS_QUOTES = "\"\\(), \t\n\r\f\u000b";

    private final String record;
    private int at;

    private RecordText(String record) {
        this.record = record;
    }

    /**
     * The fields of {@code record}, in order: everything that record_in accepts. {@code ()} is one NULL field, since a
     * synced table has at least one column.
     *
     * @throws IllegalArgumentException where record_in would call it a malformed record literal
     */
    public static List<@Nullable String> parse(String record) {
        return new RecordText(record).fields();
    }

    /**
     * The text that record_out writes for {@code fields}, at least one of them.
     *
     * @throws IllegalArgumentException if there are no fields
     */
    public static String format(List<@Nullable String> fields) {
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("a record has at least one field");
        }
        var text = new StringBuilder();
        char before = '(';
        for (String field : fields) {
            text.append(before);
            if (field != null) {
                appendField(text, field);
            }
            before = ',';
        }
        return text.append(')').toString();
    }

    private static void appendField(StringBuilder text, String field) {
        if (!field.isEmpty() && field.chars().allMatch(c -> NEEDS_QUOTES.indexOf(c) < 0)) {
            text.append(field);
            return;
        }
        text.ensureCapacity(text.length() + field.length() + 2);
        text.append('"');
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            if (c == '"' || c == '\\') {
                text.append(c);
            }
            text.append(c);
        }
        text.append('"');
    }

    private List<@Nullable String> fields() {
        skipWhiteSpace();
        if (next() != '(') {
            throw malformed("no opening parenthesis");
        }
        var fields = new ArrayList<@Nullable String>();
        do {
            fields.add(field());
        } while (next() == ',');
        skipWhiteSpace();
        if (at < record.length()) {
            throw malformed("text after the closing parenthesis");
        }
        return fields;
    }

    /** The field that begins here; leaves {@link #at} on the comma or parenthesis that ends it. */
    private @Nullable String field() {
        int start = at;
        boolean quoted = false;
        boolean plain = true;
        for (char c = peek(); quoted || (c != ',' && c != ')'); c = peek()) {
            if (c == '\\') {
                at++;
                peek();
            }
            // A doubled quote closes and opens again: for finding the end that is all the same.
            quoted ^= c == '"';
            plain &= c != '"' && c != '\\';
            at++;
        }
        if (start == at) {
            return null;
        }
        return plain ? record.substring(start, at) : unescaped(start, at);
    }

    private String unescaped(int start, int end) {
        // Sized once: growing by doubling would cost a 16 MB value twice its size again.
        var value = new StringBuilder(end - start);
        boolean quoted = false;
        for (int i = start; i < end; i++) {
            char c = record.charAt(i);
            if (c == '\\') {
                value.append(record.charAt(++i));
            } else if (c != '"') {
                value.append(c);
            } else if (quoted && i + 1 < end && record.charAt(i + 1) == '"') {
                value.append(record.charAt(++i));
            } else {
                quoted = !quoted;
            }
        }
        return value.toString();
    }

    private void skipWhiteSpace() {
        while (at < record.length() && " \t\n\r\f\u000b".indexOf(record.charAt(at)) >= 0) {
            at++;
        }
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private char peek() {
        if (at >= record.length()) {
            throw malformed("unexpected end");
        }
        return record.charAt(at);
    }

    /** Says where, never what: a record holds the operator's data, which does not belong in a log. */
    private IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException(
                "malformed record: " + what + " at character " + at + " of " + record.length());
    }
}
