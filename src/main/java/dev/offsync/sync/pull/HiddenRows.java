package dev.offsync.sync.pull;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.inbox.Marks;
import dev.offsync.local.inbox.Marks.Candidate;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.CopyPipe;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * Tables of which row-level security hides rows from the device's role. What changed there comes as for everybody; what
 * went out of sight, or was deleted, is told by marks of the keys. Where the device may see other rows than before without
 * any of them having changed, because a policy or a grant did, the whole table is compared.
 */
final class HiddenRows {
    private final LocalSession session;
    private final HubLink link;
    private final Marks marks;
    private final boolean inTransaction;

    /** @param inTransaction whether the caller has a local transaction open, as a dry run does */
    HiddenRows(LocalSession session, HubLink link, boolean inTransaction) {
        this.session = session;
        this.link = link;
        this.marks = new Marks(session.database());
        this.inTransaction = inTransaction;
    }

    /** Has tables compared as a whole of which the device may see other rows now. */
    void noticeAccess(List<SyncedTable> tables) throws SQLException {
        var cursors = new Cursors(session.database());
        Map<Integer, String> before = cursors.access();
        for (SyncedTable table : tables) {
            String now = link.hello().access().get(table.hubTable());
            if (!Objects.equals(before.get(table.id()), now)) {
                cursors.seenAs(table, now);
            }
        }
    }

    /** Adds what is gone from the device's sight to the inbox, and returns its number; within the transaction of the feed. */
    long download(PullSource from, List<Source> sources) throws SQLException {
        long gone = 0;
        for (Source source : sources) {
            if (source.cursor() != null
                    && link.hello().access().get(source.table().hubTable()) != null) {
                gone += download(from, source);
            }
        }
        return gone;
    }

    private long download(PullSource from, Source source) throws SQLException {
        marks.create();
        String copy = ChangeFeed.copyMarks(link.device(), source);
        CopyOut out = from.copy(copy);
        CopyIn in = session.database().copyIn(Marks.COPY_IN);
        try {
            from.receive(() -> CopyPipe.run(out::readFromCopy, in, HubLink::local));
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
        String secret = from.ask(database -> new ChangeFeed(database).markSecret(link.device()));
        SyncedTable table = source.table();
        List<Candidate> changed = transaction(() -> marks.candidates(table, secret));
        if (changed.isEmpty()) {
            return 0;
        }
        List<List<String>> keys = changed.stream().map(Candidate::key).toList();
        Set<Integer> seen = new HashSet<>(from.ask(database -> new ChangeFeed(database).seen(table, keys)));
        List<Candidate> gone = IntStream.range(0, changed.size())
                .filter(i -> !seen.contains(i))
                .mapToObj(changed::get)
                .toList();
        return transaction(() -> marks.leave(table, secret, gone));
    }

    private <T> T transaction(Database.Work<T> work) throws SQLException {
        return inTransaction ? work.run() : session.database().transaction(work);
    }
}
