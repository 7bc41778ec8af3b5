package dev.offsync.pg;

import dev.offsync.model.Layout;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Moves rows from one server's COPY in text format into another's. The last field of each line is a row's text; where the
 * two sides have different columns it is laid out anew, else the bytes pass as they are.
 */
public final class CopyPipe {
    /** Where lines come from, such as {@link CopyOut#readFromCopy}: null after the last. */
    @FunctionalInterface
    public interface Lines {
        byte @Nullable [] next() throws SQLException;
    }

    private CopyPipe() {}

    /**
     * @param layouts the layout of a line
     * @param onWriteFailure what a failure of the receiving side means; those of the sending side are thrown as they are
     * @return the number of rows
     */
    public static long run(
            Lines from,
            CopyIn into,
            Function<byte[], Layout> layouts,
            Function<SQLException, ? extends RuntimeException> onWriteFailure)
            throws SQLException {
        long rows = 0;
        byte[] line = from.next();
        while (line != null) {
            Layout layout = layouts.apply(line);
            try {
                if (layout.isIdentity()) {
                    into.writeToCopy(line, 0, line.length);
                } else {
                    writeMoved(into, line, layout);
                }
            } catch (SQLException e) {
                throw onWriteFailure.apply(e);
            }
            rows++;
            line = from.next();
        }
        return rows;
    }

    /** Moves rows as they are; see {@link #run(Lines, CopyIn, Function, Function)}. */
    public static long run(Lines from, CopyIn into, Function<SQLException, ? extends RuntimeException> onWriteFailure)
            throws SQLException {
        var same = new Layout(List.of(), List.of(), List.of());
        return run(from, into, line -> same, onWriteFailure);
    }

    /** The number that a line begins with. */
    public static int leadingNumber(byte[] line) {
        boolean negative = line[0] == '-';
        int number = 0;
        for (int i = negative ? 1 : 0; line[i] != '\t'; i++) {
            number = number * 10 + line[i] - '0';
        }
        return negative ? -number : number;
    }

    /** Writes a line whose last field, where it is not NULL, is laid out anew; its escapes stay as they are. */
    private static void writeMoved(CopyIn into, byte[] line, Layout layout) throws SQLException {
        int row = line.length - 1;
        while (line[row - 1] != '\t') {
            row--;
        }
        if (line[row] != '(') {
            into.writeToCopy(line, 0, line.length);
            return;
        }
        byte[] moved = new byte[layout.room(line.length)];
        System.arraycopy(line, 0, moved, 0, row);
        int end = layout.apply(line, row, line.length - 1, moved, row);
        moved[end] = '\n';
        into.writeToCopy(moved, 0, end + 1);
    }
}
