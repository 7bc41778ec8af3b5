package dev.offsync.sync.pull;

import dev.offsync.local.inbox.Inbox;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubLink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Lines of {@code ChangeFeed.copyRows} on their way into a table: what stands before a row's values is taken off, and kept
 * as a line of the inbox where it says something that a row of version 1 does not.
 */
final class RowStream {
    private final int table;
    private final ByteArrayOutputStream remembered = new ByteArrayOutputStream();
    private long read;
    private long copied;
    private boolean changed;
    private boolean large;

    RowStream(int table) {
        this.table = table;
    }

    /** Where the fields before a row's values end: version, transaction, key, and whether it is there as a whole. */
    private record Head(int version, int xid, int key, int whole) {
        static Head of(byte[] line) {
            int version = end(line, 0);
            int xid = end(line, version + 1);
            int key = end(line, xid + 1);
            return new Head(version, xid, key, end(line, key + 1));
        }

        private static int end(byte[] line, int from) {
            int end = from;
            while (line[end] != '\t') {
                end++;
            }
            return end;
        }
    }

    long run(CopyOut from, CopyIn into) throws SQLException {
        byte @Nullable [] last = null;
        for (byte[] line = from.readFromCopy(); line != null; line = from.readFromCopy()) {
            Head head = Head.of(line);
            boolean isFirst = head.version == 1 && line[0] == '1';
            boolean isWhole = line[head.key + 1] == 't';
            boolean isHidden = line[head.key + 1] == '\\';
            boolean speaks = !isHidden && (!isFirst || !isWhole);
            if (speaks) {
                remember(line, head);
                changed |= !isFirst;
                large |= !isWhole;
            }
            last = speaks ? null : line;
            if (isWhole) {
                write(into, line, head.whole + 1);
                copied++;
            }
            read++;
        }
        if (last != null) {
            remember(last, Head.of(last));
        }
        return read;
    }

    /** Reads what is left of a COPY and forgets it. */
    static long skip(CopyOut from) throws SQLException {
        long skipped = 0;
        while (from.isActive() && from.readFromCopy() != null) {
            skipped++;
        }
        return skipped;
    }

    /** As the inbox takes it: a text that is not null stands for one that has gone into the table. */
    private void remember(byte[] line, Head head) {
        boolean isWhole = line[head.key + 1] == 't';
        boolean isHidden = line[head.key + 1] == '\\';
        remembered.writeBytes(((isHidden ? -table : table) + "\t").getBytes(StandardCharsets.US_ASCII));
        remembered.write(line, head.xid + 1, head.key - head.xid);
        remembered.write(line, 0, head.version);
        remembered.writeBytes("\tf\t\\N\tf\t".getBytes(StandardCharsets.US_ASCII));
        remembered.write(line, head.version + 1, head.xid - head.version);
        remembered.writeBytes((isWhole ? "\n" : "\\N\n").getBytes(StandardCharsets.US_ASCII));
    }

    private static void write(CopyIn into, byte[] line, int from) {
        try {
            into.writeToCopy(line, from, line.length - from);
        } catch (SQLException e) {
            throw HubLink.local(e);
        }
    }

    /** Puts into the inbox what the rows left there: other versions than 1, those too large, and the one that came last. */
    void remember(Database database) throws SQLException {
        CopyIn in = database.copyIn(Inbox.COPY_IN);
        in.writeToCopy(remembered.toByteArray(), 0, remembered.size());
        in.endCopy();
    }

    /** How many rows the hub sent. */
    long read() {
        return read;
    }

    /** How many went into the table. */
    long copied() {
        return copied;
    }

    /** Whether one had another version than 1. */
    boolean changed() {
        return changed;
    }

    /** Whether one was too large. */
    boolean large() {
        return large;
    }
}
