package dev.offsync.local.queue;

import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which tables' transactions go first. Nothing may overtake what it depends on, so tables that depend on each other (by a
 * foreign key, or because a pending transaction touches both) share the highest priority among them.
 */
final class Lanes {
    private final Database database;

    Lanes(Database database) {
        this.database = database;
    }

    /** The lane of each synced table by its number; a higher lane goes first. */
    Map<Integer, Integer> byTable() throws SQLException {
        var lanes = new TreeMap<Integer, Integer>();
        database.list("SELECT id, priority FROM offsync.synced_table", row -> lanes.put(row.getInt(1), row.getInt(2)));
        if (lanes.values().stream().distinct().count() > 1) {
            raise(lanes, dependencies());
        }
        return lanes;
    }

    private static void raise(Map<Integer, Integer> lanes, List<int[]> dependencies) {
        boolean raised = true;
        while (raised) {
            raised = false;
            for (int[] pair : dependencies) {
                int lane = Math.max(lanes.getOrDefault(pair[0], 0), lanes.getOrDefault(pair[1], 0));
                raised |= raise(lanes, pair[0], lane);
                raised |= raise(lanes, pair[1], lane);
            }
        }
    }

    private static boolean raise(Map<Integer, Integer> lanes, int table, int lane) {
        Integer before = lanes.put(table, lane);
        return before == null || before < lane;
    }

    private List<int[]> dependencies() throws SQLException {
        return database.list("""
                SELECT child.id, parent.id
                FROM pg_constraint AS c
                JOIN offsync.synced_table AS child
                  ON c.conrelid = to_regclass(format('%I.%I', child.schema_name, child.relation_name))
                JOIN offsync.synced_table AS parent
                  ON c.confrelid = to_regclass(format('%I.%I', parent.schema_name, parent.relation_name))
                WHERE c.contype = 'f'
                UNION
                SELECT DISTINCT min(table_id) OVER (PARTITION BY xid), table_id
                FROM offsync.journal
                WHERE xid >= (SELECT claimed_below FROM offsync.device)
                """, row -> new int[] {row.getInt(1), row.getInt(2)});
    }
}
