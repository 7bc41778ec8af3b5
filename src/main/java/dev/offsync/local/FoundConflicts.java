package dev.offsync.local;

import dev.offsync.local.ConflictLog.Ending;
import dev.offsync.model.Conflict;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes many conflicts into the log at once, each of them new and most of them settled already. */
public final class FoundConflicts {
    /** A conflict that was found just now; {@code ending} is null where it stays open. */
    public record Found(
            Conflict conflict,
            String strategy,
            String message,
            @Nullable Ending ending) {}

    private final Database database;

    public FoundConflicts(Database database) {
        this.database = database;
    }

    /** Notes conflicts of rows on which none is open. */
    public void note(List<Found> conflicts) throws SQLException {
        if (conflicts.isEmpty()) {
            return;
        }
        database.update(
                """
                INSERT INTO offsync.conflict_log (table_name, record_id, conflict_type, base_data, local_data, remote_data,
                    local_version, remote_version, local_changed_at, remote_changed_at, clock_skew_ms, strategy, message,
                    resolved, resolved_at, resolution, resolved_data, resolved_by)
                SELECT c.table_name, c.record_id, c.conflict_type, c.base_data::jsonb, c.local_data::jsonb,
                       c.remote_data::jsonb, c.local_version, c.remote_version, c.local_changed_at, c.remote_changed_at,
                       d.clock_skew_ms, c.strategy, c.message, c.resolution IS NOT NULL,
                       CASE WHEN c.resolution IS NOT NULL THEN clock_timestamp() END, c.resolution,
                       c.resolved_data::jsonb, c.resolved_by
                FROM offsync.device AS d,
                     unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[],
                            ?::timestamptz[], ?::timestamptz[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[])
                         WITH ORDINALITY AS c(table_name, record_id, conflict_type, base_data, local_data, remote_data,
                            local_version, remote_version, local_changed_at, remote_changed_at, strategy, message,
                            resolution, resolved_data, resolved_by, position)
                ORDER BY c.position
                """,
                each(conflicts, c -> c.conflict().table().display()),
                each(conflicts, c -> c.conflict().recordId()),
                each(conflicts, c -> c.conflict().type().word()),
                each(conflicts, c -> JsonText.object(c.conflict().base())),
                each(conflicts, c -> JsonText.object(c.conflict().local())),
                each(conflicts, c -> JsonText.object(c.conflict().remote())),
                each(conflicts, c -> c.conflict().localVersion()),
                each(conflicts, c -> c.conflict().remoteVersion()),
                each(conflicts, c -> ConflictLog.text(c.conflict().localChangedAt())),
                each(conflicts, c -> ConflictLog.text(c.conflict().remoteChangedAt())),
                each(conflicts, Found::strategy),
                each(
                        conflicts,
                        c -> c.ending() == null || c.ending().message() == null
                                ? c.message()
                                : c.ending().message()),
                each(conflicts, c -> c.ending() == null ? null : c.ending().resolution()),
                each(
                        conflicts,
                        c -> c.ending() == null
                                ? null
                                : JsonText.object(c.ending().data())),
                each(conflicts, c -> c.ending() == null ? null : c.ending().by()));
    }

    private static List<@Nullable Object> each(List<Found> conflicts, Function<Found, @Nullable Object> value) {
        var values = new ArrayList<@Nullable Object>();
        for (Found conflict : conflicts) {
            values.add(value.apply(conflict));
        }
        return values;
    }
}
