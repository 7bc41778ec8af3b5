package dev.offsync.engine;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fleets that were asked for more than once: the databases of the second are kept as templates, and later ones are copies
 * of them. A copy is told that it lives where it does: it would take itself for a restored backup otherwise.
 */
final class PreparedFleets {
    /** @param rows null: init alone has run */
    private record Ground(String schema, @Nullable String rows, List<String> tables) {
        Fleet lay() throws SQLException {
            Fleet fleet = Fleet.unprepared(schema);
            fleet.a().init(tables.toArray(String[]::new));
            fleet.b().init(tables.toArray(String[]::new));
            if (rows != null) {
                fleet.hub().exec(rows);
                fleet.cold().settle();
            }
            return fleet;
        }
    }

    private static final Set<Ground> SEEN = new HashSet<>();
    private static final Map<Ground, Fleet> KEPT = new HashMap<>();

    private PreparedFleets() {}

    static Fleet of(String schema, String... tables) throws SQLException {
        return on(new Ground(schema, null, List.of(tables)));
    }

    /** @param rows statements for the hub, whose rows come to both devices */
    static Fleet inStep(String schema, String rows, String... tables) throws SQLException {
        return on(new Ground(schema, rows, List.of(tables)));
    }

    private static Fleet on(Ground ground) throws SQLException {
        synchronized (PreparedFleets.class) {
            if (SEEN.add(ground)) {
                return ground.lay();
            }
            if (!KEPT.containsKey(ground)) {
                KEPT.put(ground, ground.lay());
            }
        }
        return copyOf(KEPT.get(ground));
    }

    private static Fleet copyOf(Fleet kept) throws SQLException {
        TestDatabase hub = kept.hub().backup();
        hub.exec("UPDATE offsync.hub SET cluster = offsync.cluster()");
        String cluster = hub.scalar("SELECT offsync.cluster()");
        return new Fleet(hub, copyOf(kept.a(), hub, cluster), copyOf(kept.b(), hub, cluster));
    }

    private static Device copyOf(Device kept, TestDatabase hub, String cluster) throws SQLException {
        TestDatabase database = kept.database().backup();
        database.exec("""
                UPDATE offsync.device
                SET local_identity = c.system_identifier || '/' || d.oid,
                    hub_cluster = CASE WHEN hub_cluster IS NOT NULL THEN ? END
                FROM pg_control_system() AS c, pg_database AS d
                WHERE d.datname = current_database()
                """, cluster);
        database.exec(
                "UPDATE offsync.sync_config SET config_value = ? WHERE config_key = 'remote_database'",
                hub.address().database());
        return new Device(kept.name(), database, hub.url());
    }
}
