package dev.offsync.simulation;

import dev.offsync.model.Use;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Whoever decides what rules leave open. */
final class Person {
    /** The key of a row as conflicts and operations name it. */
    private static final Map<String, String> RECORD_IDS = Map.of(
            "customer", "t.id::text",
            "orders", "json_build_array(t.shop::text, t.no::text)::text",
            "line", "json_build_array(t.shop::text, t.no::text, t.pos::text)::text",
            "tag", "t.code",
            "counter", "t.id::text");

    private static final String OPEN =
            "SELECT id, conflict_type, record_id FROM offsync.conflict_log WHERE NOT resolved ORDER BY id";

    /** An automatic rule that leaves a conflict open, though none of the other rows that it is about waits for a person. */
    private static final String UNASKED = """
            SELECT c.id, c.table_name, c.record_id, c.conflict_type, c.strategy, c.message, c.local_data, c.remote_data
            FROM offsync.conflict_log AS c
            WHERE NOT c.resolved AND c.strategy <> 'manual'
              AND NOT EXISTS (SELECT FROM jsonb_array_elements(c.related) AS r
                              JOIN offsync.conflict_log AS o
                                ON o.table_name = r ->> 'table' AND o.record_id = r ->> 'record_id'
                              WHERE NOT o.resolved AND o.strategy = 'manual')
            """;

    /** The rows that a device need not have in common with the hub as long as somebody has to decide. */
    private static final String APART = """
            SELECT c.table_name || ' ' || c.record_id FROM offsync.conflict_log AS c WHERE NOT c.resolved
            UNION
            SELECT r ->> 'table' || ' ' || (r ->> 'record_id')
            FROM offsync.conflict_log AS c, jsonb_array_elements(c.related) AS r
            WHERE NOT c.resolved
            UNION
            SELECT q.table_name || ' ' || q.record_id FROM offsync.operation_queue AS q WHERE q.status <> 'completed'
            UNION
            SELECT t.table_name || ' ' || CASE cardinality(w.key) WHEN 1 THEN w.key[1] ELSE array_to_json(w.key)::text END
            FROM offsync.wanted AS w JOIN offsync.synced_table AS t ON t.id = w.table_id
            """;

    private final TestDatabase hub;
    private final List<Gadget> gadgets;

    Person(TestDatabase hub, List<Gadget> gadgets) {
        this.hub = hub;
        this.gadgets = gadgets;
    }

    boolean isAsked() throws SQLException {
        for (Gadget gadget : gadgets) {
            if (!gadget.database().rows(OPEN).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** What is wrong although, or because, something waits for a decision. */
    List<String> look() throws SQLException {
        var wrong = new ArrayList<String>();
        for (int device = 0; device < gadgets.size(); device++) {
            TestDatabase database = gadgets.get(device).database();
            for (String conflict : database.rows(UNASKED)) {
                wrong.add("device " + device + " has an open conflict that nobody was to be asked about: " + conflict);
            }
            List<String> apart =
                    database.rows(APART).stream().map(Person::spelled).toList();
            for (String table : RandomWrites.TABLES) {
                var here = new TreeSet<>(rows(database, table));
                var there = new TreeSet<>(rows(hub, table));
                var common = new TreeSet<>(here);
                common.retainAll(there);
                here.addAll(there);
                here.removeAll(common);
                here.removeIf(row -> apart.contains(spelled(table + " " + row.substring(0, row.indexOf('=')))));
                if (!here.isEmpty()) {
                    wrong.add(table + " of device " + device + " differs from the hub's beside what is open: " + here);
                }
            }
        }
        return wrong;
    }

    private static List<String> rows(TestDatabase database, String table) throws SQLException {
        return database.rows("SELECT " + RECORD_IDS.get(table) + " || '=' || t::text FROM " + table + " AS t");
    }

    /** JSON arrays of PostgreSQL's have blanks in them or not. */
    private static String spelled(String recordId) {
        return recordId.replace("\", \"", "\",\"");
    }

    /** Decides all that is open, by turns for the device's row where that can be, and for the hub's. */
    void decide() throws SQLException {
        for (Gadget gadget : gadgets) {
            for (String open : gadget.database().rows(OPEN)) {
                long id = Long.parseLong(open.substring(0, open.indexOf('|')));
                boolean stillOpen = gadget.database().rows(OPEN).contains(open);
                if (stillOpen && !(id % 2 == 0 && gadget.resolve(id, Use.LOCAL))) {
                    gadget.resolve(id, Use.REMOTE);
                }
            }
        }
    }
}
