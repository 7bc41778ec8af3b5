package dev.offsync.local.device;

import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** The table sync_status: for each synced table how the last run ended. Written outside the runs' own transactions. */
public final class SyncStates {
    private final Database database;

    public SyncStates(Database database) {
        this.database = database;
    }

    /** When a run last reached its end, on this server's clock; null if none ever did. */
    public @Nullable Instant lastSuccess() throws SQLException {
        return database.first(
                        "SELECT max(last_sync_time) FROM offsync.sync_status",
                        row -> row.getObject(1, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant)
                .orElse(null);
    }

    public void syncing() throws SQLException {
        database.update("""
                INSERT INTO offsync.sync_status (table_name, sync_state)
                SELECT table_name, 'syncing' FROM offsync.synced_table
                ON CONFLICT (table_name) DO UPDATE SET sync_state = 'syncing', updated_at = now()
                """);
    }

    /** A run reached its end; tables whose operations were rejected keep their error. */
    public void succeeded() throws SQLException {
        database.update("""
                INSERT INTO offsync.sync_status AS s (table_name, sync_state, last_sync_time, sync_count, failed_count,
                    last_error)
                SELECT t.table_name, 'online', now(), 1, o.failed, o.last_error
                FROM offsync.synced_table AS t
                CROSS JOIN LATERAL (
                    SELECT count(*) FILTER (WHERE o.state = 'failed') AS failed,
                           (array_agg(o.last_error ORDER BY o.operation_id DESC) FILTER (WHERE o.last_error IS NOT NULL))[1]
                               AS last_error
                    FROM offsync.operation_state AS o
                    WHERE o.table_id = t.id AND o.state <> 'completed'
                ) AS o
                ON CONFLICT (table_name) DO UPDATE
                SET sync_state = 'online', last_sync_time = now(), sync_count = s.sync_count + 1,
                    failed_count = excluded.failed_count, last_error = excluded.last_error, updated_at = now()
                """);
    }

    /**
     * A run ended with an error.
     *
     * @param offline whether the hub was out of reach; otherwise the run failed while it was there
     * @param error what happened; null leaves the last error as it was
     */
    public void failed(boolean offline, @Nullable String error) throws SQLException {
        database.update("""
                INSERT INTO offsync.sync_status AS s (table_name, sync_state, last_error)
                SELECT table_name, ?, ? FROM offsync.synced_table
                ON CONFLICT (table_name) DO UPDATE
                SET sync_state = excluded.sync_state, last_error = coalesce(excluded.last_error, s.last_error),
                    updated_at = now()
                """, offline ? "offline" : "online", error);
    }
}
