package dev.offsync.simulation;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is wrong with a fleet that should be in step. */
final class Findings {
    private static final Pattern NOTE = Pattern.compile(RandomWrites.NOTE);

    /** Where a device may say what became of a value: it was overwritten there, or lost a conflict. */
    private static final String TOLD_BY_DEVICE = """
            SELECT old_row FROM offsync.journal
            UNION ALL
            SELECT concat(local_data, remote_data, base_data) FROM offsync.conflict_log
            """;

    private final TestDatabase hub;
    private final List<Gadget> gadgets;

    Findings(TestDatabase hub, List<Gadget> gadgets) {
        this.hub = hub;
        this.gadgets = gadgets;
    }

    static Set<String> notes(String text) {
        return NOTE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    /** @param committed the notes of all transactions that were committed anywhere */
    List<String> look(Set<String> committed) throws SQLException {
        var wrong = new ArrayList<String>();
        for (int device = 0; device < gadgets.size(); device++) {
            compare(device, wrong);
            TestDatabase database = gadgets.get(device).database();
            for (String left : database.rows("SELECT table_name, operation_type, record_id, status, last_error"
                    + " FROM offsync.operation_queue WHERE status <> 'completed'")) {
                wrong.add("device " + device + " has work left: " + left);
            }
            for (String conflict : database.rows("SELECT id, table_name, record_id, conflict_type, strategy, message,"
                    + " local_data, remote_data FROM offsync.conflict_log WHERE NOT resolved")) {
                wrong.add("device " + device + " has an open conflict: " + conflict);
            }
        }
        var lost = new TreeSet<>(committed);
        lost.removeAll(told());
        if (!lost.isEmpty()) {
            wrong.add("nobody knows what became of " + lost);
        }
        return wrong;
    }

    private void compare(int device, List<String> wrong) throws SQLException {
        for (String table : RandomWrites.TABLES) {
            String query = "SELECT t::text FROM " + table + " AS t ORDER BY 1";
            List<String> there = hub.rows(query);
            List<String> here = gadgets.get(device).database().rows(query);
            if (!there.equals(here)) {
                wrong.add(table + " of device " + device + " is " + here + ", of the hub " + there);
            }
        }
    }

    private Set<String> told() throws SQLException {
        var told = new TreeSet<String>();
        for (String table : RandomWrites.TABLES) {
            told.addAll(notes(hub.rows("SELECT t::text FROM " + table + " AS t").toString()));
        }
        told.addAll(notes(hub.rows("SELECT old_row FROM audit").toString()));
        for (Gadget gadget : gadgets) {
            told.addAll(notes(gadget.database().rows(TOLD_BY_DEVICE).toString()));
        }
        return told;
    }
}
