package dev.offsync.pg;

import dev.offsync.model.Layout;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Moves rows from one server's COPY in text format into another's. The last field of each line is a row's text; where the
 * two sides have different columns it is laid out anew, else the bytes pass as they are.
 */
public final class CopyPipe {
    private CopyPipe() {}

    /**
     * @param layouts the layout of a line
     * @param onWriteFailure what a failure of the receiving side means; those of the sending side are thrown as they are
     * @return the number of rows
     */
    public static long run(
            CopyOut from,
            CopyIn into,
            Function<byte[], Layout> layouts,
            Function<SQLException, ? extends RuntimeException> onWriteFailure)
            throws SQLException {
        long rows = 0;
        byte[] line = from.readFromCopy();
        while (line != null) {
            Layout layout = layouts.apply(line);
            byte[] moved = layout.isIdentity() ? line : move(line, layout);
            try {
                into.writeToCopy(moved, 0, moved.length);
            } catch (SQLException e) {
                throw onWriteFailure.apply(e);
            }
            rows++;
            line = from.readFromCopy();
        }
        return rows;
    }

    /** Moves rows as they are; see {@link #run(CopyOut, CopyIn, Function, Function)}. */
    public static long run(CopyOut from, CopyIn into, Function<SQLException, ? extends RuntimeException> onWriteFailure)
            throws SQLException {
        var same = new Layout(List.of(), List.of(), List.of());
        return run(from, into, line -> same, onWriteFailure);
    }

    /** The number that a line begins with. */
    public static int leadingNumber(byte[] line) {
        int number = 0;
        for (int i = 0; line[i] != '\t'; i++) {
            number = number * 10 + line[i] - '0';
        }
        return number;
    }

    private static byte[] move(byte[] line, Layout layout) {
        String text = new String(line, StandardCharsets.UTF_8);
        int last = text.lastIndexOf('\t') + 1;
        String field = text.substring(last, text.length() - 1);
        if (field.equals("\\N")) {
            return line;
        }
        return (text.substring(0, last) + escape(layout.apply(unescape(field))) + "\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Takes back the escapes that COPY TO writes (manual, COPY, text format). */
    private static String unescape(String field) {
        if (field.indexOf('\\') < 0) {
            return field;
        }
        var text = new StringBuilder(field.length());
        for (int i = 0; i < field.length(); i++) {
            char c = field.charAt(i);
            text.append(c == '\\' ? escaped(field.charAt(++i)) : c);
        }
        return text.toString();
    }

    private static char escaped(char c) {
        return switch (c) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> '\u000B';
            default -> c;
        };
    }

    private static String escape(String text) {
        var field = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> field.append("\\\\");
                case '\n' -> field.append("\\n");
                case '\r' -> field.append("\\r");
                case '\t' -> field.append("\\t");
                default -> field.append(c);
            }
        }
        return field.toString();
    }
}
