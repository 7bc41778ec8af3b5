package dev.offsync.local.queue;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * The operations that wait for the hub. A run claims whole local transactions into numbered batches at its beginning and
 * sends these one by one; what an interrupted run had claimed and not started is claimed anew.
 */
public final class Queue {
    /**
     * Of rows j of the journal: no batch has their transaction yet. The bound is said of the batches, too, or the planner
     * would hash all that there ever were.
     */
    static final String UNCLAIMED = """
            j.xid >= (SELECT claimed_below FROM offsync.device)
                      AND NOT EXISTS (SELECT FROM offsync.transaction_batch AS c
                                      WHERE c.xid = j.xid AND c.xid >= (SELECT claimed_below FROM offsync.device))""";

    /**
     * How much of the queue a run claims.
     *
     * @param batchSize operations per batch; a transaction is never split
     * @param limit operations in all
     * @param excludedTables transactions that touch one of these stay, and what builds on them
     * @param tried operations that were set aside in this run and are not to be tried again now
     */
    public record Claim(int batchSize, long limit, Collection<Integer> excludedTables, Collection<Long> tried) {}

    /**
     * A batch that was claimed and not started.
     *
     * @param operations how many there are; 0 where nobody counted
     * @param deletes how many of them are deletions
     * @param plain whether all of them lead from a row that is known, captured while their tables had the columns that
     *     they have
     */
    public record Planned(long batch, long operations, long deletes, boolean plain) {}

    private final Database database;

    public Queue(Database database) {
        this.database = database;
    }

    /** The batch that was started and not completed, if any: its outcome must be learned from the hub. */
    public OptionalLong inFlight() throws SQLException {
        return database.list("SELECT id FROM offsync.batch WHERE completed_at IS NULL", row -> row.getLong(1)).stream()
                .mapToLong(Long::longValue)
                .findFirst();
    }

    /** Claims pending transactions into batches and returns these in the order they are to be sent. */
    public List<Planned> claim(Claim claim) throws SQLException {
        releasePlanned();
        if (anythingWaits()) {
            joinOpenConflicts();
            rearmFailed();
        }
        var untried = new HashSet<>(claim.tried());
        untried.addAll(new LargeRows(database).setAside());
        if (anythingWaits()) {
            new Parking(database).parkWhatBuildsOnIt();
        }
        refuseKeyless(claim);
        var planned = new ArrayList<>(claimTransactions(claim));
        claimReleased(claim, untried);
        planned.addAll(database.list("""
                SELECT batch, count(*)
                FROM offsync.operation_state
                WHERE batch > (SELECT last_batch FROM offsync.device)
                GROUP BY batch
                ORDER BY batch
                """, row -> new Planned(row.getLong(1), row.getLong(2), row.getLong(2), false)));
        return planned;
    }

    /** Whether an operation was set aside, for whatever reason: hardly ever, and to follow each reason takes time. */
    private boolean anythingWaits() throws SQLException {
        return database.number("SELECT count(*) FROM (SELECT FROM offsync.operation_state WHERE state <> 'completed'"
                        + " LIMIT 1) AS waiting")
                > 0;
    }

    /** Gives back what an earlier claim had planned for batches that were not started. */
    public void releasePlanned() throws SQLException {
        database.update("""
                WITH released AS (
                    DELETE FROM offsync.transaction_batch
                    WHERE batch > (SELECT last_batch FROM offsync.device)
                    RETURNING xid
                )
                UPDATE offsync.device AS d
                SET claimed_below = r.xid
                FROM (SELECT xid FROM released ORDER BY xid LIMIT 1) AS r
                WHERE r.xid < d.claimed_below
                """);
        database.update("""
                UPDATE offsync.operation_state
                SET batch = NULL
                WHERE batch > (SELECT last_batch FROM offsync.device)
                """);
    }

    /** A row in conflict can be edited further; its new operations wait with the others. */
    private void joinOpenConflicts() throws SQLException {
        database.update("""
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state)
                SELECT u.id, u.xid, u.table_id, u.key, 'conflict'
                FROM offsync.unfinished AS u
                WHERE u.state = 'pending'
                  AND (u.table_id, u.key) IN (SELECT table_id, key FROM offsync.operation_state WHERE state = 'conflict')
                ON CONFLICT (operation_id) DO UPDATE SET state = 'conflict', batch = NULL
                """);
    }

    /** A new change of a failed row, or of one in its transaction, may be the mend: it is tried afresh. */
    private void rearmFailed() throws SQLException {
        database.update("""
                UPDATE offsync.operation_state AS o
                SET state = 'pending', retry_count = 0
                WHERE o.state = 'failed'
                  AND EXISTS (SELECT FROM offsync.operation_state AS s
                              JOIN offsync.unfinished AS u ON u.table_id = s.table_id AND u.key = s.key
                              WHERE (s.operation_id = o.operation_id OR s.parked_by = o.operation_id AND s.xid = o.xid)
                                AND u.id > s.operation_id
                                AND NOT EXISTS (SELECT FROM offsync.operation_state AS known
                                                WHERE known.operation_id = u.id))
                """);
    }

    /** Nothing can say which row an operation is about that was captured while a key column had another name. */
    private void refuseKeyless(Claim claim) throws SQLException {
        database.update("""
                WITH keyless AS (
                    SELECT j.xid, min(j.id) AS culprit
                    FROM offsync.journal AS j
                    WHERE {unclaimed}
                      AND j.key IS NULL AND j.table_id <> ALL (?::integer[])
                    GROUP BY j.xid
                ), set_aside AS (
                    INSERT INTO offsync.transaction_batch (xid, batch) SELECT xid, 0 FROM keyless
                )
                INSERT INTO offsync.operation_state
                    (operation_id, xid, table_id, key, state, retry_count, last_error, parked_by)
                SELECT j.id, j.xid, j.table_id, j.key,
                       CASE WHEN j.key IS NULL THEN 'failed' ELSE 'pending' END,
                       CASE WHEN j.key IS NULL THEN 1 ELSE 0 END,
                       CASE WHEN j.key IS NULL THEN 'captured while the table had no such key column' END,
                       CASE WHEN j.key IS NOT NULL THEN k.culprit END
                FROM keyless AS k
                JOIN offsync.journal AS j ON j.xid = k.xid
                ON CONFLICT DO NOTHING
                """.replace("{unclaimed}", UNCLAIMED), claim.excludedTables());
    }

    private List<Planned> claimTransactions(Claim claim) throws SQLException {
        Map<Integer, Integer> lanes = new Lanes(database).byTable();
        boolean allTables = claim.excludedTables().isEmpty();
        String excluded = claim.excludedTables().stream().map(String::valueOf).collect(Collectors.joining(","));
        return database.list(
                """
                WITH RECURSIVE {excluded} transaction AS (
                    SELECT j.xid, max(j.id) AS last_id, count(*) AS operations, max(l.lane) AS lane,
                           count(*) FILTER (WHERE j.operation = 'D') AS deletes,
                           bool_and(j.columns IS NULL
                                    AND (j.operation = 'I' OR j.old_row IS NOT NULL AND j.old_row <> '')) AS plain
                    FROM offsync.journal AS j
                    JOIN unnest(?::integer[], ?::integer[]) AS l(table_id, lane) ON l.table_id = j.table_id
                    WHERE {unclaimed}
                    GROUP BY j.xid
                ), queued AS (
                    SELECT t.*, sum(operations) OVER (ORDER BY lane DESC, last_id) - operations AS ahead
                    FROM transaction AS t
                    {not_excluded}
                ), numbered AS (
                    SELECT q.*, (SELECT last_batch FROM offsync.device) + 1 + div(ahead, ?) AS batch
                    FROM queued AS q
                    WHERE ahead < ?
                ), claimed AS (
                    INSERT INTO offsync.transaction_batch (xid, batch)
                    SELECT xid, batch FROM numbered
                ), bound AS (
                    UPDATE offsync.device SET claimed_below = pg_snapshot_xmin(pg_current_snapshot()) WHERE ?
                )
                SELECT batch, sum(operations), sum(deletes), bool_and(plain)
                FROM numbered
                GROUP BY batch
                ORDER BY batch
                """.replace("{excluded}", allTables ? "" : EXCLUDED.replace("{tables}", excluded))
                        .replace("{not_excluded}", allTables ? "" : "WHERE xid NOT IN (SELECT xid FROM excluded)")
                        .replace("{unclaimed}", UNCLAIMED),
                row -> new Planned(row.getLong(1), row.getLong(2), row.getLong(3), row.getBoolean(4)),
                lanes.keySet(),
                lanes.values(),
                claim.batchSize(),
                claim.limit(),
                allTables && claim.limit() == Long.MAX_VALUE);
    }

    /** Transactions that touch an excluded table, and those that build on them. */
    private static final String EXCLUDED = """
            unclaimed AS MATERIALIZED (
                SELECT j.xid, j.id, j.table_id, j.key
                FROM offsync.journal AS j
                WHERE {unclaimed}
            ), excluded AS (
                SELECT xid FROM unclaimed WHERE table_id = ANY ('{{tables}}'::integer[])
                UNION
                SELECT later.xid
                FROM excluded AS e
                JOIN unclaimed AS earlier ON earlier.xid = e.xid
                JOIN unclaimed AS later
                  ON later.table_id = earlier.table_id AND later.key = earlier.key AND later.id > earlier.id
            ),""";

    /**
     * Plans what was set aside and may go now: operations whose conflict was settled for the local row, in lots; and each
     * operation that was rejected before, alone with what waits for it.
     */
    private void claimReleased(Claim claim, Collection<Long> untried) throws SQLException {
        database.update("""
                WITH due AS (
                    SELECT o.operation_id, o.xid,
                           CASE WHEN culprit.retry_count > 0 THEN culprit.operation_id ELSE 0 END AS suspect
                    FROM offsync.operation_state AS o
                    JOIN offsync.operation_state AS culprit ON culprit.operation_id = coalesce(o.parked_by, o.operation_id)
                    WHERE o.state = 'pending' AND culprit.state = 'pending'
                      AND NOT culprit.operation_id = ANY (?::bigint[])
                ), lot AS (
                    SELECT suspect, xid,
                           div(sum(count(*)) OVER (PARTITION BY suspect ORDER BY max(operation_id)) - count(*),
                               CASE WHEN suspect = 0 THEN ? ELSE 9000000000000 END) AS lot
                    FROM due
                    GROUP BY suspect, xid
                ), numbered AS (
                    SELECT suspect, xid, dense_rank() OVER (ORDER BY suspect, lot) AS number
                    FROM lot
                )
                UPDATE offsync.operation_state AS o
                SET batch = n.number + greatest((SELECT last_batch FROM offsync.device),
                                                (SELECT max(batch) FROM offsync.transaction_batch))
                FROM due AS d
                JOIN numbered AS n ON n.suspect = d.suspect AND n.xid = d.xid
                WHERE o.operation_id = d.operation_id
                """, untried, claim.batchSize());
    }

    /** How many rows of {@code table} the planned batches would delete on the hub. */
    public long claimedDeletes(SyncedTable table) throws SQLException {
        long operations = database.number("""
                SELECT count(*)
                FROM offsync.transaction_batch AS c
                JOIN offsync.journal AS j ON j.xid = c.xid
                WHERE c.batch > (SELECT last_batch FROM offsync.device) AND j.table_id = ? AND j.operation = 'D'
                """, table.id());
        if (operations == 0) {
            return 0;
        }
        var key = new KeySql(table.key());
        return database.number(
                """
                SELECT count(*)
                FROM (
                    SELECT DISTINCT %s
                    FROM offsync.transaction_batch AS c
                    JOIN offsync.journal AS j ON j.xid = c.xid
                    WHERE c.batch > (SELECT last_batch FROM offsync.device) AND j.table_id = ? AND j.operation = 'D'
                ) AS d
                WHERE NOT EXISTS (SELECT FROM %s AS t WHERE %s)
                """.formatted(key.parsed("j.key"), table.name().sql(), key.sameAsRow("t", "d")), table.id());
    }

    /** Marks a batch as in flight; from now on only the hub can say what became of it. */
    public void start(long batch) throws SQLException {
        database.update("INSERT INTO offsync.batch (id) VALUES (?)", batch);
        database.update("UPDATE offsync.device SET last_batch = ?", batch);
    }

    /** Whether the batch that was started last never reached the hub as a whole, and something of it may lie there. */
    public boolean wasAbandoned() throws SQLException {
        return database.first("""
                SELECT d.last_batch > d.purged_batch AND NOT EXISTS (SELECT FROM offsync.batch WHERE id = d.last_batch)
                FROM offsync.device AS d
                """, row -> row.getBoolean(1)).orElse(false);
    }

    /** The batch never reached the hub: its operations are pending again. */
    public void abandon(long batch) throws SQLException {
        database.update("""
                WITH released AS (
                    DELETE FROM offsync.transaction_batch WHERE batch = ? RETURNING xid
                )
                UPDATE offsync.device AS d
                SET claimed_below = r.xid
                FROM (SELECT xid FROM released ORDER BY xid LIMIT 1) AS r
                WHERE r.xid < d.claimed_below
                """, batch);
        database.update("UPDATE offsync.operation_state SET batch = NULL WHERE batch = ?", batch);
        database.update("DELETE FROM offsync.batch WHERE id = ?", batch);
    }

    /** Gives back a batch whose outcome nobody can be asked for, as when this database becomes another device. */
    public void releaseInFlight() throws SQLException {
        OptionalLong batch = inFlight();
        if (batch.isPresent()) {
            abandon(batch.getAsLong());
        }
    }

    /**
     * The hub has lost every batch above {@code last}: what they carried is pending again, as far as the journal has it.
     * Returns the number of operations.
     */
    public long reopen(long last) throws SQLException {
        long operations = database.number("""
                SELECT count(*)
                FROM offsync.transaction_batch AS c
                JOIN offsync.batch AS b ON b.id = c.batch
                JOIN offsync.journal AS j ON j.xid = c.xid
                WHERE c.batch > ? AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
                """, last);
        database.update("""
                WITH released AS (
                    DELETE FROM offsync.transaction_batch AS c
                    USING offsync.batch AS b
                    WHERE b.id = c.batch AND c.batch > ?
                    RETURNING c.xid
                )
                UPDATE offsync.device AS d
                SET claimed_below = r.xid
                FROM (SELECT xid FROM released ORDER BY xid LIMIT 1) AS r
                WHERE r.xid < d.claimed_below
                """, last);
        operations += database.update("""
                UPDATE offsync.operation_state
                SET state = 'pending', batch = NULL, completed_at = NULL
                WHERE batch > ? AND state = 'completed' AND discarded_by IS NULL
                """, last);
        database.update("DELETE FROM offsync.batch WHERE id > ?", last);
        return operations;
    }

    /** The hub has the batch. Returns how many operations wait for one of it no longer. */
    public long complete(long batch) throws SQLException {
        database.update("""
                UPDATE offsync.operation_state
                SET state = 'completed', completed_at = clock_timestamp(), parked_by = NULL
                WHERE batch = ? AND state = 'pending'
                """, batch);
        database.update("UPDATE offsync.batch SET completed_at = clock_timestamp() WHERE id = ?", batch);
        return database.update("""
                UPDATE offsync.operation_state AS o
                SET parked_by = NULL
                FROM offsync.operation_state AS done
                WHERE done.operation_id = o.parked_by AND done.state = 'completed'
                """);
    }
}
