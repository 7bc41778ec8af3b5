package dev.offsync.hub;

import dev.offsync.model.DeviceList;
import dev.offsync.model.RevokeResult;
import dev.offsync.pg.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The devices that are registered at a hub. */
public final class Fleet {
    private final Database database;

    public Fleet(Database database) {
        this.database = database;
    }

    /**
     * The devices that the current role may see, by name; revoked ones are never late.
     *
     * @param maxAge how long ago a device's last contact may be
     */
    public List<DeviceList.Device> devices(Duration maxAge) throws SQLException {
        Map<Integer, List<DeviceList.Range>> ranges = ranges();
        return database.list(
                """
                SELECT d.id, d.name, d.role_name, d.registered_at, d.revoked_at, d.last_contact_at, d.last_push_at,
                       d.last_pull_at, (extract(epoch FROM clock_timestamp() - d.last_pull_at) * 1000)::bigint,
                       d.pending, d.failed, d.conflicts, d.clock_skew_ms, d.offsync_version,
                       d.revoked_at IS NULL AND d.last_contact_at < clock_timestamp() - make_interval(secs => ?)
                FROM offsync.devices() AS d
                ORDER BY d.revoked_at IS NOT NULL, d.name
                """, row -> device(row, ranges.getOrDefault(row.getInt(1), List.of())), maxAge.toSeconds());
    }

    public List<String> names() throws SQLException {
        return database.list("SELECT name FROM offsync.devices() ORDER BY name", row -> row.getString(1));
    }

    /** Shuts a device out; empty where there is none of that name. */
    public Optional<RevokeResult> revoke(String name) throws SQLException {
        return database.first(
                "SELECT role_name, revoked_at, already FROM offsync.revoke_device(?)",
                row -> new RevokeResult(
                        name, row.getString(1), Objects.requireNonNull(instant(row, 2)), row.getBoolean(3)),
                name);
    }

    private Map<Integer, List<DeviceList.Range>> ranges() throws SQLException {
        var ranges = new HashMap<Integer, List<DeviceList.Range>>();
        database.list(
                "SELECT device_id, table_name, column_name, low, high FROM offsync.device_ranges()"
                        + " ORDER BY table_name, low",
                row -> ranges.computeIfAbsent(row.getInt(1), id -> new ArrayList<>())
                        .add(new DeviceList.Range(row.getString(2), row.getString(3), row.getLong(4), row.getLong(5))));
        return ranges;
    }

    private static DeviceList.Device device(ResultSet row, List<DeviceList.Range> ranges) throws SQLException {
        return new DeviceList.Device(
                row.getString(2),
                row.getString(3),
                Objects.requireNonNull(instant(row, 4)),
                instant(row, 5),
                Objects.requireNonNull(instant(row, 6)),
                instant(row, 7),
                instant(row, 8),
                row.getObject(9, Long.class),
                row.getObject(10, Long.class),
                row.getObject(11, Long.class),
                row.getObject(12, Long.class),
                row.getObject(13, Long.class),
                row.getString(14),
                row.getBoolean(15),
                ranges);
    }

    private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
