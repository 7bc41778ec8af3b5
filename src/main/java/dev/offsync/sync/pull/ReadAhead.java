package dev.offsync.sync.pull;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.ChangeFeed.Moment;
import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.hub.Hub;
import dev.offsync.pg.CopyPipe.Lines;
import dev.offsync.sync.run.Background;
import dev.offsync.sync.run.HubLink;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.postgresql.copy.CopyOut;

/**
 * The next chunk of a pull on its way from the hub into memory, while the one before is applied here. Until it has arrived
 * the hub cannot be asked anything else. What goes wrong on the way is left to the reading that takes its place.
 */
final class ReadAhead {
    /** What lies in memory for each line besides its bytes. */
    private static final int OVERHEAD = 24;

    private static final int FIELDS_BEFORE_DELETED = 3;

    /** A chunk that was read in one transaction of the hub, which has ended. */
    record Arrived(Moment moment, List<byte[]> rows, long nanos) {
        Lines lines() {
            Iterator<byte[]> left = rows.iterator();
            return () -> left.hasNext() ? left.next() : null;
        }
    }

    private final List<Source> sources;
    private final Background<Optional<Arrived>> reading;

    /**
     * @param copy the COPY of the chunk, which leaves out rows of more than {@code most} bytes
     * @param most the bytes that there is memory for; a chunk that takes more is read to its end and forgotten
     */
    ReadAhead(HubLink link, List<Source> sources, String copy, long most) {
        this.sources = sources;
        this.reading = Background.start("offsync-read", () -> read(link.hub(), copy, most));
    }

    private static Optional<Arrived> read(Hub hub, String copy, long most) {
        long start = System.nanoTime();
        try {
            var feed = new ChangeFeed(hub.database());
            Moment moment = feed.begin();
            var rows = new ArrayList<byte[]>();
            long bytes = 0;
            CopyOut out = hub.database().copyOut(copy);
            for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
                bytes += isLeftOut(row) ? most + 1 : row.length + OVERHEAD;
                if (bytes <= most) {
                    rows.add(row);
                } else {
                    rows.clear();
                }
            }
            feed.end();
            return bytes <= most ? Optional.of(new Arrived(moment, rows, System.nanoTime() - start)) : Optional.empty();
        } catch (SQLException e) {
            hub.database().rollback(e);
            return Optional.empty();
        }
    }

    /** Whether a line for the inbox has no row although none was deleted. */
    private static boolean isLeftOut(byte[] line) {
        int end = line.length;
        boolean hasRow = end < 4 || line[end - 2] != 'N' || line[end - 3] != '\\' || line[end - 4] != '\t';
        int deleted = 0;
        for (int tabs = 0; !hasRow && tabs < FIELDS_BEFORE_DELETED; deleted++) {
            tabs += line[deleted] == '\t' ? 1 : 0;
        }
        return !hasRow && line[deleted] == 'f';
    }

    /** What is read: of use only if that is what is to be read next. */
    List<Source> sources() {
        return sources;
    }

    /** Waits until the hub can be asked again; nothing where the chunk has to be read anew. */
    Optional<Arrived> await() {
        try {
            return reading.await();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /** Waits until the hub can be asked again, whatever has come of this. */
    void pass() {
        reading.pass();
    }
}
