package dev.offsync.local.device;

import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How far this device has read the hub's tables, and where a pull that goes in chunks stands. */
public final class Cursors {
    /**
     * What a table has been read up to.
     *
     * @param snapshot the hub's snapshot of the last pull; null where every row is due
     * @param loaded whether the hub's rows were here in full once
     * @param progress where a pull in chunks stands; null where none is under way
     */
    public record Cursor(
            @Nullable String snapshot,
            Reconcile reconcile,
            boolean loaded,
            @Nullable Progress progress) {
        /** Whether every row comes, and not only what changed. */
        public boolean everything() {
            return snapshot == null || reconcile != Reconcile.NO;
        }

        /** Whether a row counts as known by its version, whatever its content. */
        public boolean trustsVersions() {
            return reconcile == Reconcile.NO || reconcile == Reconcile.FILTER;
        }

        /** Whether the hub's keys are kept in mind, so that the ones it lacks are known in the end. */
        public boolean findsMissing() {
            return reconcile == Reconcile.FULL || reconcile == Reconcile.REJOIN;
        }

        /** Whether the table has arrived in full in the chunks so far. */
        public boolean done() {
            return progress != null && progress.done();
        }
    }

    /** The snapshot of the first chunk, and the row that came last ({@code xid} is null where none did). */
    public record Progress(String snapshot, @Nullable String xid, List<String> key, boolean done) {}

    /** The row that a chunk ended with. */
    public record Last(int table, String xid, List<String> key) {}

    private final Database database;

    public Cursors(Database database) {
        this.database = database;
    }

    /** The cursors of all tables, by the table's number. */
    public Map<Integer, Cursor> all() throws SQLException {
        var cursors = new HashMap<Integer, Cursor>();
        database.list("""
                SELECT t.id, t.cursor::text, t.reconcile, t.loaded_at IS NOT NULL, p.snapshot::text, p.xid::text, p.key,
                       p.done
                FROM offsync.synced_table AS t
                LEFT JOIN offsync.pull_progress AS p ON p.table_id = t.id
                """, row -> {
            String first = row.getString(5);
            Progress progress = first == null
                    ? null
                    : new Progress(first, row.getString(6), SqlArray.texts(row.getArray(7)), row.getBoolean(8));
            return cursors.put(
                    row.getInt(1),
                    new Cursor(row.getString(2), Reconcile.of(row.getString(3)), row.getBoolean(4), progress));
        });
        return cursors;
    }

    /** From the next pull on every row of every table is compared; where it rejoins, what was read before means nothing. */
    public void reconcileAll(Reconcile how) throws SQLException {
        database.update("""
                UPDATE offsync.synced_table
                SET reconcile = ?, loaded_at = NULL, cursor = CASE WHEN ? THEN NULL ELSE cursor END
                """, how.word(), how == Reconcile.REJOIN);
        database.update("DELETE FROM offsync.pull_progress");
        database.update("DELETE FROM offsync.seen");
    }

    /** From the next pull on every row of {@code table} is compared, unless that is under way already for as good a reason. */
    public void reconcile(SyncedTable table, Reconcile how) throws SQLException {
        long marked = database.update("""
                UPDATE offsync.synced_table
                SET reconcile = ?
                WHERE id = ? AND reconcile <> ? AND (reconcile IN ('no', 'filter', 'fill') OR ? = 'rejoin')
                """, how.word(), table.id(), how.word(), how.word());
        if (marked > 0) {
            database.update("DELETE FROM offsync.pull_progress WHERE table_id = ?", table.id());
            database.update("DELETE FROM offsync.seen WHERE table_id = ?", table.id());
        }
    }

    /**
     * Tables that were last read before deletions which the hub has forgotten are compared in full from now on: a row that
     * it has no trace of may be one of those.
     *
     * @param purgedThrough deletions of the hub's transactions before this one may be forgotten
     */
    public void outrun(String purgedThrough) throws SQLException {
        database.number("""
                WITH outrun AS (
                    UPDATE offsync.synced_table
                    SET reconcile = 'full', cursor = NULL
                    WHERE direction <> 'push' AND pg_snapshot_xmin(cursor) < ?::xid8
                      AND reconcile IN ('no', 'filter', 'fill')
                    RETURNING id
                ), progress AS (
                    DELETE FROM offsync.pull_progress WHERE table_id IN (SELECT id FROM outrun)
                ), seen AS (
                    DELETE FROM offsync.seen WHERE table_id IN (SELECT id FROM outrun)
                )
                SELECT count(*) FROM outrun
                """, purgedThrough);
    }

    /** What decided about the rows that the hub shows of each table, as far as it does not show all. */
    public Map<Integer, String> access() throws SQLException {
        var access = new HashMap<Integer, String>();
        database.list(
                "SELECT id, hub_access FROM offsync.synced_table WHERE hub_access IS NOT NULL",
                row -> access.put(row.getInt(1), row.getString(2)));
        return access;
    }

    /**
     * Notes what decides about the rows that the hub shows of {@code table} (null: it shows all). Where that was another
     * thing before, every row is compared from the next pull on: some may have left, others entered, without any change.
     */
    public void seenAs(SyncedTable table, @Nullable String access) throws SQLException {
        database.number("""
                WITH changed AS (
                    UPDATE offsync.synced_table AS t
                    SET hub_access = ?,
                        reconcile = CASE WHEN begun.yes AND t.reconcile <> 'rejoin' THEN 'full' ELSE t.reconcile END,
                        cursor = CASE WHEN NOT begun.yes THEN t.cursor END
                    FROM (SELECT t.loaded_at IS NOT NULL
                                 OR EXISTS (SELECT FROM offsync.pull_progress AS p WHERE p.table_id = t.id) AS yes
                          FROM offsync.synced_table AS t WHERE t.id = ?) AS begun
                    WHERE t.id = ? AND t.hub_access IS DISTINCT FROM ?
                    RETURNING t.id
                ), forgotten AS (
                    DELETE FROM offsync.seen AS s USING changed AS c WHERE s.table_id = c.id
                ), restarted AS (
                    DELETE FROM offsync.pull_progress AS p USING changed AS c WHERE p.table_id = c.id
                )
                SELECT count(*) FROM changed
                """, access, table.id(), table.id(), access);
    }

    /** Rows that were evicted come again with the others. */
    public void forgetEvicted(SyncedTable table) throws SQLException {
        database.update("DELETE FROM offsync.evicted WHERE table_id = ?", table.id());
    }

    /** Whether some table has to be compared before anything is sent: with a restored hub, or for a column that is new here. */
    public boolean comesFirst() throws SQLException {
        return database.number("""
                SELECT count(*) FROM offsync.synced_table WHERE reconcile IN ('rejoin', 'fill') AND direction = 'both'
                """) > 0;
    }

    /** Whether some table is to be compared with a restored hub. */
    public boolean rejoins() throws SQLException {
        return database.number("SELECT count(*) FROM offsync.synced_table WHERE reconcile = 'rejoin'") > 0;
    }

    /**
     * A chunk of several has been applied.
     *
     * @param tables those that were read, in the order in which they came
     * @param snapshot the hub's snapshot that the chunk was read in
     * @param last the row that it ended with; null where only rows came that were asked for by key
     */
    public void advance(List<SyncedTable> tables, String snapshot, @Nullable Last last) throws SQLException {
        for (SyncedTable table : tables) {
            database.update(
                    "INSERT INTO offsync.pull_progress (table_id, snapshot) VALUES (?, ?::pg_snapshot) ON CONFLICT DO NOTHING",
                    table.id(),
                    snapshot);
        }
        if (last == null) {
            return;
        }
        for (SyncedTable table : tables) {
            if (table.id() == last.table()) {
                database.update(
                        "UPDATE offsync.pull_progress SET xid = ?::xid8, key = ? WHERE table_id = ?",
                        last.xid(),
                        last.key(),
                        table.id());
                break;
            }
            database.update("UPDATE offsync.pull_progress SET done = true WHERE table_id = ?", table.id());
        }
        database.update("UPDATE offsync.device SET references_unchecked = true");
    }

    /** The last row of a table in a pull that goes in chunks is here. */
    public void finishLoad(SyncedTable table) throws SQLException {
        database.update("UPDATE offsync.pull_progress SET done = true WHERE table_id = ?", table.id());
    }

    /**
     * Everything of {@code tables} is here; what is new since the first snapshot comes with the next pull.
     *
     * @param onTop whether the snapshot tells less than was read before, as one from a replica may
     */
    public void finish(List<SyncedTable> tables, String snapshot, boolean onTop) throws SQLException {
        List<Integer> ids = tables.stream().map(SyncedTable::id).toList();
        database.update("""
                UPDATE offsync.synced_table AS t
                SET cursor = CASE WHEN ? AND t.cursor IS NOT NULL THEN offsync.either_snapshot(t.cursor, read.up_to)
                                  ELSE read.up_to END,
                    loaded_at = coalesce(loaded_at, now()), reconcile = 'no', last_pull_at = now()
                FROM (SELECT s.id, coalesce((SELECT p.snapshot FROM offsync.pull_progress AS p WHERE p.table_id = s.id),
                                            ?::pg_snapshot) AS up_to
                      FROM unnest(?::integer[]) AS s(id)) AS read
                WHERE t.id = read.id
                """, onTop, snapshot, ids);
        database.update("DELETE FROM offsync.pull_progress WHERE table_id = ANY (?::integer[])", ids);
        database.update("DELETE FROM offsync.seen WHERE table_id = ANY (?::integer[])", ids);
    }

    /** The snapshot that every table has been read up to at least; empty where one was never read. */
    public Optional<String> oldest() throws SQLException {
        return database.first("""
                SELECT t.cursor::text
                FROM offsync.synced_table AS t
                WHERE t.direction <> 'push'
                ORDER BY t.cursor IS NOT NULL, pg_snapshot_xmin(t.cursor)
                LIMIT 1
                """, row -> row.getString(1));
    }

    /** Whether rows of several hub snapshots arrived since the foreign keys were last looked at as a whole. */
    public boolean referencesUnchecked() throws SQLException {
        return database.number("SELECT count(*) FROM offsync.device WHERE references_unchecked") > 0;
    }

    public void referencesChecked() throws SQLException {
        database.update("UPDATE offsync.device SET references_unchecked = false");
    }
}
