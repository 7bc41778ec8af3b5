package dev.offsync.local.queue;

import dev.offsync.model.RetryResult;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** What a person decides about operations that the hub rejected. */
public final class Interventions {
    private final Database database;

    public Interventions(Database database) {
        this.database = database;
    }

    /** Sends rejected operations again, with what is parked behind them; their tries are counted anew. */
    public RetryResult retry(Collection<Long> ids) throws SQLException {
        return database.first("""
                        WITH armed AS (
                            UPDATE offsync.operation_state AS o
                            SET state = 'pending', retry_count = 0, batch = NULL
                            WHERE o.operation_id = ANY (?::bigint[]) AND o.key IS NOT NULL
                              AND (o.state = 'failed' OR o.state = 'pending' AND o.retry_count > 0)
                            RETURNING o.operation_id
                        )
                        SELECT (SELECT count(*) FROM armed),
                               (SELECT count(*) FROM offsync.operation_state AS p
                                WHERE p.state = 'pending' AND p.parked_by IN (SELECT operation_id FROM armed))
                        """, row -> new RetryResult(row.getLong(1), row.getLong(2)), ids)
                .orElseThrow();
    }

    /**
     * Operations that the hub will never get. They stay in the log.
     *
     * @param reason null: what the hub said of each
     */
    public void discard(Collection<Long> ids, String by, @Nullable String reason) throws SQLException {
        database.update("""
                INSERT INTO offsync.operation_state AS o
                    (operation_id, xid, table_id, key, state, completed_at, discarded_by, discard_reason)
                SELECT u.id, u.xid, u.table_id, u.key, 'completed', clock_timestamp(), ?,
                       coalesce(?, 'the hub had said: ' || u.last_error, 'no reason was given')
                FROM offsync.unfinished AS u
                WHERE u.id = ANY (?::bigint[])
                ON CONFLICT (operation_id) DO UPDATE
                SET state = excluded.state, completed_at = excluded.completed_at, batch = NULL, parked_by = NULL,
                    discarded_by = excluded.discarded_by, discard_reason = excluded.discard_reason
                """, by, reason, ids);
    }

    /**
     * What was parked behind discarded operations goes with the next push, unless another operation on the same row,
     * rejected or parked itself, still stands before it. Returns how many operations wait no longer.
     */
    public long release(Collection<Long> discarded) throws SQLException {
        return database.number("""
                WITH moved AS (
                    UPDATE offsync.operation_state AS o
                    SET parked_by = (
                        SELECT min(coalesce(h.parked_by, h.operation_id))
                        FROM offsync.operation_state AS h
                        WHERE h.table_id = o.table_id AND h.key = o.key AND h.operation_id < o.operation_id
                          AND h.state IN ('pending', 'failed')
                          AND (h.state = 'failed' OR h.retry_count > 0 OR h.parked_by <> ALL (?::bigint[]))
                    )
                    WHERE o.parked_by = ANY (?::bigint[]) AND o.state <> 'completed'
                    RETURNING o.parked_by
                )
                SELECT count(*) FROM moved WHERE parked_by IS NULL
                """, discarded, discarded);
    }
}
