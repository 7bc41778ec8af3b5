package dev.offsync.sync.verify;

import dev.offsync.hub.ChangeFeed.Source;
import dev.offsync.hub.HubComparison;
import dev.offsync.hub.SensorComparison;
import dev.offsync.hub.SensorComparison.Asked;
import dev.offsync.hub.SensorComparison.Unlike;
import dev.offsync.local.compare.Differences;
import dev.offsync.local.compare.Differences.Entry;
import dev.offsync.local.compare.LocalComparison;
import dev.offsync.local.compare.LocalComparison.Bucket;
import dev.offsync.local.compare.LocalComparison.Compared;
import dev.offsync.model.Difference.Kind;
import dev.offsync.model.Layout;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.VerifiedTable;
import dev.offsync.pg.CopyPipe;
import dev.offsync.pg.JsonText;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/** Compares one table, within the transactions that both sides are read in. */
final class TableComparison {
    /** So many rows a bucket: what a differing row costs on the link, against the list of buckets. */
    private static final int ROWS_A_BUCKET = 256;

    private static final int FEWEST_BUCKETS = 16;
    private static final int MOST_BUCKETS = 1 << 16;

    /** Keys that the device leaves out are told the hub up to this number; beyond it their buckets come row by row. */
    private static final int MOST_TOLD = 10_000;

    private static final int ROWS_A_QUESTION = 1_000;

    private final LocalSession session;
    private final HubLink link;
    private final Differences differences;
    private final SyncedTable table;
    private final List<String> sent;
    private final LocalComparison local;

    TableComparison(LocalSession session, HubLink link, Differences differences, SyncedTable table) {
        this.session = session;
        this.link = link;
        this.differences = differences;
        this.table = table;
        List<String> hubColumns =
                Objects.requireNonNull(link.hello().columns().get(Objects.requireNonNull(table.hubTable())));
        this.sent = Layout.of(hubColumns, table.columns(), table.sentColumns()).sent();
        this.local = new LocalComparison(session.database(), table, sent);
    }

    /** @param cursor the hub's snapshot up to which the device has read the table */
    VerifiedTable byBuckets(String cursor) throws SQLException {
        var hub = new HubComparison(
                link.device(), new Source(table, cursor, false, null, List.of()), session.filters(), sent);
        local.begin();
        List<List<String>> told = local.leftOut(MOST_TOLD);
        receive(hub.copyDue(), LocalComparison.COPY_KEYS_IN);
        long leftOut = local.leaveOutArrived();
        long rows = local.rows();
        int buckets = buckets(rows);
        List<Integer> differing = differing(local.buckets(buckets), hubBuckets(hub, buckets, told));
        if (!differing.isEmpty()) {
            receive(hub.copyRows(buckets, differing, told), LocalComparison.COPY_IN);
            local.compare(buckets, differing);
            dropExplained(hub);
        }
        return verified(rows, leftOut, buckets, differing.size());
    }

    private static int buckets(long rows) {
        int buckets = FEWEST_BUCKETS;
        while (buckets < MOST_BUCKETS && (long) buckets * ROWS_A_BUCKET < rows) {
            buckets *= 2;
        }
        return buckets;
    }

    private Map<Integer, Bucket> hubBuckets(HubComparison hub, int buckets, List<List<String>> told) {
        var found = new HashMap<Integer, Bucket>();
        link.call(h -> h.database()
                .list(
                        hub.buckets(buckets, told),
                        row -> found.put(row.getInt(1), new Bucket(row.getLong(2), row.getString(3)))));
        return found;
    }

    private static List<Integer> differing(Map<Integer, Bucket> here, Map<Integer, Bucket> there) {
        Set<Integer> all = new HashSet<>(here.keySet());
        all.addAll(there.keySet());
        return all.stream()
                .filter(bucket -> !Objects.equals(here.get(bucket), there.get(bucket)))
                .sorted()
                .toList();
    }

    private void receive(String copy, String into) throws SQLException {
        CopyOut out = link.call(hub -> hub.database().copyOut(copy));
        CopyIn in = session.database().copyIn(into);
        try {
            link.receive(() -> CopyPipe.run(out::readFromCopy, in, HubLink::local));
            in.endCopy();
        } finally {
            if (in.isActive()) {
                in.cancelCopy();
            }
        }
    }

    private void dropExplained(HubComparison hub) throws SQLException {
        List<Entry> asked = differences.missingRemote(table, 0, ROWS_A_QUESTION);
        while (!asked.isEmpty()) {
            List<Entry> page = asked;
            String keys = page.stream().map(Entry::key).map(JsonText::array).collect(Collectors.joining(",", "[", "]"));
            List<Integer> explained =
                    link.call(h -> h.database().list(hub.explained(), row -> row.getInt(1) - 1, keys));
            for (int position : explained) {
                differences.remove(page.get(position));
            }
            asked = differences.missingRemote(table, page.get(page.size() - 1).ordinal(), ROWS_A_QUESTION);
        }
    }

    /** For a table that is only pushed: the device asks about its own rows. */
    VerifiedTable byKey() throws SQLException {
        local.begin();
        long leftOut = local.leaveOutArrived();
        long rows = local.rows();
        var sensors = new SensorComparison(table, sent);
        local.openRows();
        for (List<Compared> page = local.next(ROWS_A_QUESTION); !page.isEmpty(); page = local.next(ROWS_A_QUESTION)) {
            List<Asked> asked =
                    page.stream().map(row -> new Asked(row.key(), row.hash())).toList();
            List<Unlike> unlike = link.call(hub -> sensors.unlike(hub.database(), asked));
            for (Unlike row : unlike) {
                Compared compared = page.get(row.position());
                Kind kind = row.present() ? Kind.DIFFERS : Kind.MISSING_REMOTE;
                differences.add(table, compared.key(), compared.recordId(), kind);
            }
        }
        return verified(rows, leftOut, 0, 0);
    }

    private VerifiedTable verified(long rows, long leftOut, int buckets, int differing) throws SQLException {
        return new VerifiedTable(
                table.name().display(),
                table.direction().word(),
                rows,
                leftOut,
                buckets,
                differing,
                differences.count(table, Kind.MISSING_LOCAL),
                differences.count(table, Kind.MISSING_REMOTE),
                differences.count(table, Kind.DIFFERS));
    }
}
