package dev.offsync.pg;

import dev.offsync.model.Layout;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Pieces of a batch in COPY's binary format (manual, "COPY", Binary Format): a tuple each, whose last field is a text[] of
 * rows. The format nests no escapes, so a piece passes as it is; only where the two sides have different columns its rows
 * are laid out anew.
 */
public final class PieceCopy {
    /** Signature, flags, and the length of a header extension that there is none of. */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final byte[] TRAILER = {(byte) 0xff, (byte) 0xff};

    private PieceCopy() {}

    /** Reads the tuples of one {@code COPY … TO STDOUT (FORMAT binary)}. */
    public static final class Reader {
        private final CopyOut out;
        private final Layout layout;
        private boolean begun;

        public Reader(CopyOut out, Layout layout) {
            this.out = out;
            this.layout = layout;
        }

        /** The next piece, null after the last one. */
        public byte @Nullable [] next() throws SQLException {
            byte[] message = out.readFromCopy();
            while (message != null) {
                byte[] tuple = begun ? message : Arrays.copyOfRange(message, HEADER.length, message.length);
                begun = true;
                if (tuple.length > 0 && !Arrays.equals(tuple, TRAILER)) {
                    return layout.isIdentity() ? tuple : move(tuple, layout);
                }
                message = out.readFromCopy();
            }
            return null;
        }

        /** Gives up what was not read. */
        public void cancel() throws SQLException {
            if (out.isActive()) {
                out.cancelCopy();
            }
        }
    }

    public static void begin(CopyIn in) throws SQLException {
        in.writeToCopy(HEADER, 0, HEADER.length);
    }

    public static void write(CopyIn in, byte[] piece) throws SQLException {
        in.writeToCopy(piece, 0, piece.length);
    }

    public static void end(CopyIn in) throws SQLException {
        in.writeToCopy(TRAILER, 0, TRAILER.length);
        in.endCopy();
    }

    private static byte[] move(byte[] tuple, Layout layout) {
        ByteBuffer source = ByteBuffer.wrap(tuple);
        int fields = source.getShort();
        for (int i = 1; i < fields; i++) {
            int length = source.getInt();
            source.position(source.position() + Math.max(length, 0));
        }
        int lastField = source.position();
        byte[] rows = moveRows(source.slice(lastField + 4, tuple.length - lastField - 4), layout);
        ByteBuffer moved = ByteBuffer.allocate(lastField + 4 + rows.length);
        moved.put(tuple, 0, lastField).putInt(rows.length).put(rows);
        return moved.array();
    }

    /** A one-dimensional text[]: dimensions, flags, element type, length, lower bound, then the elements. */
    private static byte[] moveRows(ByteBuffer array, Layout layout) {
        var moved = new ByteArrayOutputStream(array.remaining());
        byte[] head = new byte[20];
        array.get(head);
        moved.writeBytes(head);
        while (array.hasRemaining()) {
            int length = array.getInt();
            if (length < 0) {
                moved.writeBytes(number(length));
            } else {
                byte[] row = new byte[length];
                array.get(row);
                byte[] text =
                        layout.apply(new String(row, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
                moved.writeBytes(number(text.length));
                moved.writeBytes(text);
            }
        }
        return moved.toByteArray();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }
}
