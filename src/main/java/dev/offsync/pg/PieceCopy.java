package dev.offsync.pg;

import dev.offsync.model.Layout;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
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

    private static final int PLACE = 1;

    private static final int ARRAY_LENGTH = 12;

    private static final int ARRAY_HEAD = 20;

    /** Fields that a digest leaves out: the batch, the place in it, and the times, which are told by the clock of a contact. */
    private static final Set<Integer> NOT_DIGESTED = Set.of(0, 1, 8);

    private PieceCopy() {}

    /**
     * A piece as it goes to the hub, with its digest as one field more.
     *
     * @param digest of what it says, in hexadecimal digits
     */
    @SuppressWarnings("ArrayRecordComponent") // two of them are never compared
    public record Sealed(int place, String digest, byte[] tuple) {}

    /** Seals a tuple that a {@link Reader} has read. */
    public static Sealed seal(byte[] tuple) {
        MessageDigest digest = md5();
        ByteBuffer source = ByteBuffer.wrap(tuple);
        int fields = source.getShort();
        int place = 0;
        for (int field = 0; field < fields; field++) {
            int start = source.position();
            int length = source.getInt();
            if (field == PLACE) {
                place = source.getInt(source.position());
            }
            source.position(source.position() + Math.max(length, 0));
            if (!NOT_DIGESTED.contains(field)) {
                digest.update(tuple, start, source.position() - start);
            }
        }
        byte[] sum = digest.digest();
        byte[] sealed = ByteBuffer.allocate(tuple.length + Integer.BYTES + sum.length)
                .put(tuple)
                .putInt(sum.length)
                .put(sum)
                .putShort(0, (short) (fields + 1))
                .array();
        return new Sealed(place, HexFormat.of().formatHex(sum), sealed);
    }

    /** It tells pieces of one device apart, which nobody has a reason to forge. */
    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

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

        /** Reads what is left and forgets it. */
        public void skipRest() throws SQLException {
            while (out.readFromCopy() != null) {
                // Each message is as long as a piece.
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

    /** Lays out the rows of a piece: a one-dimensional text[] of dimensions, flags, type, length, bound, and the elements. */
    private static byte[] move(byte[] tuple, Layout layout) {
        ByteBuffer source = ByteBuffer.wrap(tuple);
        int array = lastField(source);
        int rows = source.getInt(array + ARRAY_LENGTH);
        ByteBuffer target = ByteBuffer.allocate(tuple.length + rows * layout.room(0));
        target.put(tuple, 0, array + ARRAY_HEAD);
        source.position(array + ARRAY_HEAD);
        while (source.hasRemaining()) {
            int length = source.getInt();
            int start = source.position();
            int to = target.position() + Integer.BYTES;
            int end = length < 0 ? to : layout.apply(tuple, start, start + length, target.array(), to);
            target.putInt(length < 0 ? length : end - to).position(end);
            source.position(start + Math.max(length, 0));
        }
        target.putInt(array - Integer.BYTES, target.position() - array);
        return Arrays.copyOf(target.array(), target.position());
    }

    /** Where the content of a tuple's last field begins. */
    private static int lastField(ByteBuffer tuple) {
        int fields = tuple.getShort();
        for (int i = 1; i < fields; i++) {
            int length = tuple.getInt();
            tuple.position(tuple.position() + Math.max(length, 0));
        }
        return tuple.position() + Integer.BYTES;
    }
}
