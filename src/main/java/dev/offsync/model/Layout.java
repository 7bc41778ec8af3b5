package dev.offsync.model;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How the text of a row with one list of columns becomes the text of a row with another: values go by name, a column
 * that the source lacks becomes NULL and is left out of {@link #sent}.
 *
 * @param sent the columns of the target that the source has a value for
 */
public record Layout(List<String> source, List<String> target, List<String> sent) {
    /** The layout from {@code source} to {@code target}, with only those of {@code travelling} columns sent. */
    public static Layout of(List<String> source, List<String> target, List<String> travelling) {
        return new Layout(
                source,
                target,
                target.stream()
                        .filter(column -> source.contains(column) && travelling.contains(column))
                        .toList());
    }

    /** Whether a row's text can pass as it is. */
    public boolean isIdentity() {
        return source.equals(target) && sent.equals(target);
    }

    /** Lays out a text that is a string already; a large one is better left as the bytes that it came in. */
    public String apply(String record) {
        if (isIdentity()) {
            return record;
        }
        byte[] text = record.getBytes(StandardCharsets.UTF_8);
        byte[] moved = new byte[room(text.length)];
        return new String(moved, 0, apply(text, 0, text.length, moved, 0), StandardCharsets.UTF_8);
    }

    /** The most bytes that the moved text of a row of {@code length} bytes takes: a comma for each column that it lacks. */
    public int room(int length) {
        return length + target.size();
    }

    /**
     * Lays out the row whose text, as record_out writes it, is in {@code text} from {@code start} to {@code end}, and puts
     * it into {@code moved} at {@code at}. Fields are copied as they are, so those of COPY's text format may stay escaped:
     * that escapes neither quotes nor commas.
     *
     * @return where the moved text ends
     */
    public int apply(byte[] text, int start, int end, byte[] moved, int at) {
        int[] ends = fieldEnds(text, start, end);
        int to = at;
        byte before = '(';
        for (String column : target) {
            moved[to++] = before;
            before = ',';
            if (sent.contains(column)) {
                int field = source.indexOf(column);
                int from = field == 0 ? start + 1 : ends[field - 1] + 1;
                System.arraycopy(text, from, moved, to, ends[field] - from);
                to += ends[field] - from;
            }
        }
        moved[to] = ')';
        return to + 1;
    }

    /** The position of the comma or parenthesis behind each field. A doubled quote closes and opens again. */
    private int[] fieldEnds(byte[] text, int start, int end) {
        var ends = new int[source.size()];
        int field = 0;
        boolean quoted = false;
        for (int i = start + 1; i < end - 1; i++) {
            if (text[i] == '"') {
                quoted = !quoted;
            } else if (text[i] == ',' && !quoted && field < ends.length - 1) {
                ends[field++] = i;
            } else if (text[i] == ',' && !quoted) {
                field = ends.length;
            }
        }
        if (field != ends.length - 1) {
            throw new IllegalArgumentException("a row does not have the " + ends.length + " fields of its columns");
        }
        ends[field] = end - 1;
        return ends;
    }
}
