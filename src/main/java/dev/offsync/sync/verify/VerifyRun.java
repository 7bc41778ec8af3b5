package dev.offsync.sync.verify;

import dev.offsync.hub.ChangeFeed;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.compare.Differences;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.Cursors.Cursor;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.VerifiedTable;
import dev.offsync.model.VerifyResult;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import dev.offsync.sync.pull.PullOptions;
import dev.offsync.sync.pull.PullRun;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.sync.push.PushRun;
import dev.offsync.sync.run.Drift;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.Runs;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One comparison. The device is read in one snapshot and the hub in a later one, under the device's lock: what the device
 * has sent is in both, and what is new on the hub is known by the device's cursor. So neither work that is pending nor a
 * pull that is due counts as a difference.
 */
public final class VerifyRun {
    private final LocalSession session;
    private final HubLink link;
    private final VerifyOptions options;
    private final Progress progress;
    private final Drift drift;
    private final Differences differences;
    private final List<Problem> problems = new ArrayList<>();

    public VerifyRun(LocalSession session, HubLink link, VerifyOptions options, Progress progress) {
        this.session = session;
        this.link = link;
        this.options = options;
        this.progress = progress;
        this.drift = new Drift(session, link);
        this.differences = new Differences(session.database());
    }

    public VerifyResult run() throws SQLException {
        long start = System.nanoTime();
        List<SyncedTable> wanted = session.tables(options.tables());
        drift.look(wanted);
        problems.addAll(drift.problems());
        if (options.repair()) {
            new PushRun(session, link, PushOptions.everything(), progress).settle();
            new PullRun(session, link, PullOptions.everything(), progress).run();
        }
        differences.create();
        List<VerifiedTable> verified = session.database().transaction(() -> compare(wanted));
        var result = new Repaired(0, 0);
        if (options.repair() && verified.stream().anyMatch(table -> table.differences() > 0)) {
            result = repair(wanted);
        }
        List<OpenConflict> open = new ConflictLog(session.database()).open();
        return new VerifyResult(
                session.device().name(),
                verified,
                differences.first(VerifyResult.MOST_NAMED),
                options.repair(),
                new ConflictCounts(result.detected(), result.resolved(), open.size()),
                open,
                Runs.millisSince(start),
                problems);
    }

    private record Repaired(int detected, int resolved) {}

    private List<VerifiedTable> compare(List<SyncedTable> wanted) throws SQLException {
        Database database = session.database();
        database.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;\n" + OutputSettings.forTransaction());
        Map<Integer, Cursor> cursors = new Cursors(database).all();
        var feed = new ChangeFeed(link.hub().database());
        link.call(hub -> feed.begin());
        var verified = new ArrayList<VerifiedTable>();
        for (SyncedTable table : wanted) {
            if (drift.excludedTables().contains(table.id()) || isDue(table, cursors)) {
                continue;
            }
            progress.report("comparing " + table.name().display(), verified.size(), wanted.size());
            var comparison = new TableComparison(session, link, differences, table);
            verified.add(
                    table.pulls()
                            ? comparison.byBuckets(Objects.requireNonNull(
                                    cursor(cursors, table).snapshot()))
                            : comparison.byKey());
        }
        link.call(hub -> {
            feed.end();
            return hub;
        });
        return verified;
    }

    private boolean isDue(SyncedTable table, Map<Integer, Cursor> cursors) {
        if (!table.pulls() || (cursor(cursors, table).snapshot() != null && !goesOn(cursor(cursors, table)))) {
            return false;
        }
        problems.add(new Problem(
                "not_pulled",
                table.name().display(),
                null,
                null,
                "table " + table.name().display() + " cannot be compared: a pull of all its rows is due",
                "run offsync pull, then offsync verify"));
        return true;
    }

    private static boolean goesOn(Cursor cursor) {
        return cursor.reconcile() != Reconcile.NO || cursor.progress() != null;
    }

    private static Cursor cursor(Map<Integer, Cursor> cursors, SyncedTable table) {
        return Objects.requireNonNull(cursors.get(table.id()));
    }

    private Repaired repair(List<SyncedTable> wanted) throws SQLException {
        new RepairPlan(session, link, differences).carryOut(wanted);
        var pulled = new PullRun(session, link, PullOptions.everything(), progress).run();
        var pushed = new PushRun(session, link, PushOptions.everything(), progress).run();
        problems.addAll(pushed.problems());
        return new Repaired(
                pulled.conflicts().detected() + pushed.conflicts().detected(),
                pulled.conflicts().resolved() + pushed.conflicts().resolved());
    }
}
