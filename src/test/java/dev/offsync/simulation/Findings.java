package dev.offsync.simulation;

import dev.offsync.testing.Sql;
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

    private static final String EVERYTHING = RandomWrites.TABLES.stream()
            .map(table -> "SELECT '" + table + "', t::text FROM " + table + " AS t")
            .collect(Collectors.joining(" UNION ALL ", "", " ORDER BY 1, 2"));

    /** Where a device may say what became of a value: it was overwritten there, or lost a conflict. */
    private static final String TOLD_BY_DEVICE = """
            SELECT old_row FROM offsync.journal
            UNION ALL
            SELECT concat(local_data, remote_data, base_data) FROM offsync.conflict_log
            """;

    private final Sql hub;
    private final List<Gadget> gadgets;

    Findings(Place hub, List<Gadget> gadgets) {
        this.hub = hub.session();
        this.gadgets = gadgets;
    }

    static Set<String> notes(String text) {
        return NOTE.matcher(text).results().map(MatchResult::group).collect(Collectors.toSet());
    }

    /**
     * @param committed the notes of all transactions that were committed anywhere
     * @param counts how often these counted
     */
    List<String> look(Set<String> committed, int counts) throws SQLException {
        var wrong = new ArrayList<String>();
        for (int device = 0; device < gadgets.size(); device++) {
            look(device, wrong);
        }
        String counted = hub.scalar("SELECT sum(points) FROM counter");
        if (!String.valueOf(counts).equals(counted)) {
            wrong.add("the counters say " + counted + " after " + counts);
        }
        var lost = new TreeSet<>(committed);
        lost.removeAll(told());
        if (!lost.isEmpty()) {
            wrong.add("nobody knows what became of " + lost);
        }
        return wrong;
    }

    /** Whether another sync of a device should have nothing to do. */
    boolean isInStep(int device) throws SQLException {
        var wrong = new ArrayList<String>();
        look(device, wrong);
        return wrong.isEmpty();
    }

    private void look(int device, List<String> wrong) throws SQLException {
        compare(device, wrong);
        Sql database = gadgets.get(device).place().session();
        for (String left : database.rows("SELECT table_name, operation_type, record_id, status, last_error"
                + " FROM offsync.operation_queue WHERE status <> 'completed'")) {
            wrong.add("device " + device + " has work left: " + left);
        }
        for (String conflict : database.rows("SELECT id, table_name, record_id, conflict_type, strategy, message,"
                + " local_data, remote_data FROM offsync.conflict_log WHERE NOT resolved")) {
            wrong.add("device " + device + " has an open conflict: " + conflict);
        }
    }

    private void compare(int device, List<String> wrong) throws SQLException {
        List<String> there = hub.rows(EVERYTHING);
        List<String> here = gadgets.get(device).place().session().rows(EVERYTHING);
        if (!there.equals(here)) {
            var more = new ArrayList<>(here);
            more.removeAll(there);
            var less = new ArrayList<>(there);
            less.removeAll(here);
            wrong.add("device " + device + " has " + more + ", and the hub " + less);
        }
    }

    private Set<String> told() throws SQLException {
        var told = new TreeSet<String>();
        told.addAll(notes(hub.rows(EVERYTHING).toString()));
        told.addAll(notes(hub.rows("SELECT old_row FROM audit").toString()));
        for (Gadget gadget : gadgets) {
            told.addAll(notes(gadget.place().session().rows(TOLD_BY_DEVICE).toString()));
        }
        return told;
    }
}
