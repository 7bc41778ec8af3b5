package dev.offsync.sync.run;

import dev.offsync.local.device.SyncedTables;
import dev.offsync.local.device.SyncedTables.Shapes;
import dev.offsync.local.queue.QueuedColumns;
import dev.offsync.model.ColumnShape;
import dev.offsync.model.Problem;
import dev.offsync.model.SyncedTable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tables that are not as the last init found them, on either side. Their changes stay where they are until init is
 * repeated; everything else flows.
 */
public final class Drift {
    private final LocalSession session;
    private final HubLink link;
    private final Set<Integer> excluded = new LinkedHashSet<>();
    private final List<Problem> problems = new ArrayList<>();

    public Drift(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    /** Looks at every table; those that are not {@code wanted} are left out of the run, too. */
    public void look(List<SyncedTable> wanted) throws SQLException {
        Map<Integer, Shapes> shapes = new SyncedTables(session.database()).shapes();
        Map<Integer, String> strangers = new QueuedColumns(session.database()).strangers();
        for (SyncedTable table : session.tables()) {
            Problem problem = problem(table, Objects.requireNonNull(shapes.get(table.id())));
            String stranger = strangers.get(table.id());
            if (problem == null && stranger != null) {
                problem = problem(table, stranger, captured(table, stranger));
            }
            if (problem != null) {
                problems.add(problem);
                excluded.add(table.id());
            } else if (!wanted.contains(table)) {
                excluded.add(table.id());
            }
        }
    }

    public Set<Integer> excludedTables() {
        return excluded;
    }

    public List<Problem> problems() {
        return problems;
    }

    private @Nullable Problem problem(SyncedTable table, Shapes shapes) {
        String name = table.name().display();
        Integer number = table.hubTable();
        if (number == null) {
            return problem(table, null, "table " + name + " was not matched with the hub");
        }
        List<ColumnShape> hubNow = link.hello().shapes().get(number);
        if (hubNow == null) {
            return problem(table, null, "table " + name + " is gone from the hub");
        }
        if (shapes.now().isEmpty()) {
            return problem(table, null, "table " + name + " is gone from this database");
        }
        if (shapes.madeAnew()) {
            return problem(table, null, "table " + name + " was dropped and made anew in this database");
        }
        var onHub = new ShapeChange(name, "on the hub", shapes.there(), hubNow);
        var here = new ShapeChange(name, "in this database", shapes.here(), shapes.now());
        return onHub.found()
                ? problem(table, onHub.column(), onHub.message())
                : here.found() ? problem(table, here.column(), here.message()) : null;
    }

    private static String captured(SyncedTable table, String column) {
        return "changes of table " + table.name().display() + " wait that were captured while it had a column "
                + column;
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
