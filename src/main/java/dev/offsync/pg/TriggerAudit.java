package dev.offsync.pg;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The triggers that a script makes, held against those that a database has. */
public final class TriggerAudit {
    /** What is wrong with a trigger. */
    public enum Fault {
        MISSING,
        DISABLED,
        /** It fires, but not in every session in which it was made to. */
        WEAKENED,
        /** The whole relation is a partition that was made later and has copies of its root's row triggers only. */
        LATE_PARTITION
    }

    /** A faulty trigger and its relation, both as SQL writes them. */
    public record Finding(String relation, String trigger, Fault fault) {}

    private static final String IDENTIFIER = "(?:\"(?:[^\"]|\"\")+\"|[a-z_]+)";
    private static final Pattern CREATE = Pattern.compile(
            "CREATE OR REPLACE TRIGGER (" + IDENTIFIER + ")[^;]*?\\sON\\s+(" + IDENTIFIER + "\\." + IDENTIFIER + ")");
    private static final Pattern ENABLE = Pattern.compile("ALTER TABLE (" + IDENTIFIER + "\\." + IDENTIFIER
            + ") ENABLE (ALWAYS|REPLICA) TRIGGER (" + IDENTIFIER + ")");
    private static final String LATE = "offsync_late";

    private final Database database;

    public TriggerAudit(Database database) {
        this.database = database;
    }

    /** What the database lacks of the triggers in {@code script}; relations that are gone are passed over. */
    public List<Finding> faults(String script) throws SQLException {
        var faults = new ArrayList<Finding>();
        for (Map.Entry<String, Map<String, String>> relation : expected(script).entrySet()) {
            Map<String, String> present = present(relation.getKey());
            if (isLatePartition(relation.getValue(), present)) {
                faults.add(new Finding(relation.getKey(), LATE, Fault.LATE_PARTITION));
            } else {
                relation.getValue()
                        .forEach((trigger, mode) -> compare(faults, relation.getKey(), trigger, mode, present));
            }
        }
        return faults;
    }

    private static void compare(
            List<Finding> faults, String relation, String trigger, String mode, Map<String, String> present) {
        String found = present.get(trigger);
        if (found == null) {
            faults.add(new Finding(relation, trigger, Fault.MISSING));
        } else if (found.equals("D")) {
            faults.add(new Finding(relation, trigger, Fault.DISABLED));
        } else if (!found.equals(mode)) {
            faults.add(new Finding(relation, trigger, Fault.WEAKENED));
        }
    }

    private static boolean isLatePartition(Map<String, String> wanted, Map<String, String> present) {
        return present.containsKey(LATE) && wanted.keySet().stream().noneMatch(present::containsKey);
    }

    /** For each relation the triggers' names and modes as in pg_trigger.tgenabled. */
    private static Map<String, Map<String, String>> expected(String script) {
        var expected = new LinkedHashMap<String, Map<String, String>>();
        Matcher create = CREATE.matcher(script);
        while (create.find()) {
            expected.computeIfAbsent(create.group(2), relation -> new LinkedHashMap<>())
                    .put(plain(create.group(1)), "O");
        }
        Matcher enable = ENABLE.matcher(script);
        while (enable.find()) {
            expected.computeIfAbsent(enable.group(1), relation -> new LinkedHashMap<>())
                    .put(plain(enable.group(3)), enable.group(2).substring(0, 1));
        }
        return expected;
    }

    private static String plain(String identifier) {
        return identifier.startsWith("\"")
                ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
                : identifier;
    }

    private Map<String, String> present(String relation) throws SQLException {
        var present = new HashMap<String, String>();
        database.list(
                "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = to_regclass(?) AND NOT tgisinternal",
                row -> present.put(row.getString(1), row.getString(2)),
                relation);
        return present;
    }
}
