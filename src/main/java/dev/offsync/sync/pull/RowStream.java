package dev.offsync.sync.pull;

import dev.offsync.local.inbox.Inbox;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubLink;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Lines of {@code ChangeFeed.copyRows} on their way into a table: what stands before a row's values is taken off, and kept
 * as a line of the inbox where it says something that a row of version 1 does not.
 */
final class RowStream {
    private final int table;
    private final ByteArrayOutputStream remembered = new ByteArrayOutputStream();
    private byte[] last = {};
    private long read;
    private long copied;
    private boolean changed;
    private boolean large;

    RowStream(int table) {
        this.table = table;
    }

    long run(CopyOut from, CopyIn into) throws SQLException {
        for (byte[] line = from.readFromCopy(); line != null; line = from.readFromCopy()) {
            int version = end(line, 0);
            int xid = end(line, version + 1);
            int key = end(line, xid + 1);
            int fits = end(line, key + 1);
            boolean isFirst = version == 1 && line[0] == '1';
            boolean isWhole = line[key + 1] == 't';
            boolean isHidden = line[key + 1] == '\\';
            byte[] entry = entry(isHidden ? -table : table, line, version, xid, key, isWhole);
            if (isFirst && isWhole || isHidden) {
                last = entry;
            } else {
                remembered.writeBytes(entry);
                last = new byte[0];
            }
            if (isWhole) {
                write(into, line, fits + 1);
                copied++;
            }
            changed |= !isFirst;
            large |= !isWhole && !isHidden;
            read++;
        }
        remembered.writeBytes(last);
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

    private static int end(byte[] line, int from) {
        int end = from;
        while (line[end] != '\t') {
            end++;
        }
        return end;
    }

    private static byte[] entry(int table, byte[] line, int version, int xid, int key, boolean isWhole) {
        var entry = new ByteArrayOutputStream();
        entry.writeBytes((table + "\t").getBytes(StandardCharsets.US_ASCII));
        entry.write(line, xid + 1, key - xid);
        entry.write(line, 0, version);
        entry.writeBytes("\tf\t\\N\tf\t".getBytes(StandardCharsets.US_ASCII));
        entry.write(line, version + 1, xid - version);
        entry.writeBytes((isWhole ? "\n" : "\\N\n").getBytes(StandardCharsets.US_ASCII));
        return entry.toByteArray();
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
