package dev.offsync.sync;

import dev.offsync.local.SyncedTables;
import dev.offsync.model.Problem;
import dev.offsync.model.SyncedTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables that are not as the last init found them, on either side. Their changes stay where they are until init is
 * repeated; everything else flows.
 */
final class Drift {
    private final LocalSession session;
    private final HubLink link;
    private final Set<Integer> excluded = new LinkedHashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    Drift(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    /** Looks at every table; those that are not {@code wanted} are left out of the run, too. */
    void look(List<SyncedTable> wanted) throws SQLException {
        for (SyncedTable table : session.tables()) {
            Problem problem = problem(table);
            if (problem != null) {
                problems.add(problem);
                excluded.add(table.id());
            } else if (!wanted.contains(table)) {
                excluded.add(table.id());
            }
        }
    }

    Set<Integer> excludedTables() {
        return excluded;
    }

    List<Problem> problems() {
        return problems;
    }

    private @Nullable Problem problem(SyncedTable table) throws SQLException {
        Integer number = table.hubTable();
        if (number == null) {
            return problem(table, null, "table " + table.name().display() + " was not matched with the hub");
        }
        List<String> hubNow = link.hello().columns().get(number);
        if (hubNow == null) {
            return problem(table, null, "table " + table.name().display() + " is gone from the hub");
        }
        List<String> hubThen = new SyncedTables(session.database()).hubColumns(table);
        List<String> localNow = localColumns(table);
        if (localNow.isEmpty()) {
            return problem(table, null, "table " + table.name().display() + " is gone from this database");
        }
        Problem onHub = changed(table, "on the hub", hubThen, hubNow);
        return onHub != null ? onHub : changed(table, "in this database", table.columns(), localNow);
    }

    private List<String> localColumns(SyncedTable table) throws SQLException {
        return session.database()
                .list("""
                        SELECT attname FROM pg_attribute
                        WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
                        ORDER BY attnum
                        """, row -> row.getString(1), table.name().sql());
    }

    private static @Nullable Problem changed(SyncedTable table, String where, List<String> then, List<String> now) {
        if (then.equals(now)) {
            return null;
        }
        String name = table.name().display();
        for (String column : then) {
            if (!now.contains(column)) {
                return problem(table, column, "column " + column + " of table " + name + " is gone " + where);
            }
        }
        String added = now.stream().filter(c -> !then.contains(c)).findFirst().orElse(null);
        return problem(
                table,
                added,
                added == null
                        ? "the columns of table " + name + " are in another order " + where
                        : "column " + added + " of table " + name + " is new " + where);
    }

    private static Problem problem(SyncedTable table, @Nullable String column, String message) {
        return new Problem(
                "schema_drift",
                table.name().display(),
                column,
                null,
                message,
                "bring both sides in line, then run offsync init --tables "
                        + Objects.requireNonNull(table.name().display()));
    }
}
