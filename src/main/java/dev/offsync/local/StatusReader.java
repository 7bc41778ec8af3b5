package dev.offsync.local;

import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.RunLock;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.StatusReport;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What status shows of the local database. */
public final class StatusReader {
    /** Above this many rows the planner's estimate is shown instead of a count, which would read the whole table. */
    private static final long COUNTED_ROWS = 100_000;

    private final Database database;

    public StatusReader(Database database) {
        this.database = database;
    }

    /** The server's clock, which stamps every time that status compares. */
    public static Instant clock(Database database) throws SQLException {
        return database.first("SELECT clock_timestamp()", row -> row.getObject(1, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant)
                .orElseThrow();
    }

    public StatusReport.Queue queue() throws SQLException {
        QueueCounts.Counts counts = new QueueCounts(database).all();
        long all = database.number("SELECT count(*) FROM offsync.journal");
        return new StatusReport.Queue(
                counts.pending(),
                counts.processing(),
                counts.failed(),
                counts.conflict(),
                all - counts.pending() - counts.processing() - counts.failed() - counts.conflict(),
                counts.parked());
    }

    /** Whether a run holds the device's lock just now. */
    public boolean runUnderWay() throws SQLException {
        return RunLock.isHeld(database);
    }

    public @Nullable String lastError() throws SQLException {
        return database.first("""
                        SELECT last_error FROM offsync.sync_status
                        WHERE last_error IS NOT NULL
                        ORDER BY updated_at DESC
                        LIMIT 1
                        """, row -> row.getString(1)).orElse(null);
    }

    public List<StatusReport.Table> tables(List<SyncedTable> tables) throws SQLException {
        var report = new ArrayList<StatusReport.Table>();
        for (SyncedTable table : tables) {
            report.add(database.first(
                            """
                            SELECT t.last_push_at, t.last_pull_at,
                                   count(*) FILTER (WHERE u.state IN ('pending', 'processing')),
                                   count(*) FILTER (WHERE u.state = 'failed'),
                                   count(*) FILTER (WHERE u.state = 'conflict')
                            FROM offsync.synced_table AS t
                            LEFT JOIN offsync.unfinished AS u ON u.table_id = t.id
                            WHERE t.id = ?
                            GROUP BY t.id
                            """,
                            row -> new StatusReport.Table(
                                    table.name().display(),
                                    table.direction().word(),
                                    row.getLong(3),
                                    row.getLong(4),
                                    row.getLong(5),
                                    rows(table),
                                    DeviceStore.instant(row, 1),
                                    DeviceStore.instant(row, 2)),
                            table.id())
                    .orElseThrow());
        }
        return report;
    }

    private long rows(SyncedTable table) throws SQLException {
        long estimate = database.number(
                "SELECT coalesce((SELECT reltuples FROM pg_class WHERE oid = to_regclass(?)), 0)::bigint",
                table.name().sql());
        boolean exists = database.first(
                        "SELECT to_regclass(?) IS NOT NULL",
                        row -> row.getBoolean(1),
                        table.name().sql())
                .orElse(false);
        if (!exists) {
            return 0;
        }
        return estimate > COUNTED_ROWS
                ? estimate
                : database.number("SELECT count(*) FROM " + table.name().sql());
    }
}
