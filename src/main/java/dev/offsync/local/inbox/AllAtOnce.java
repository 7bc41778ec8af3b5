package dev.offsync.local.inbox;

import dev.offsync.local.inbox.InboxWriter.Applied;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Writes the inbox to all tables in one statement, at whose end PostgreSQL looks at the foreign keys, for a role that may not
 * silence their triggers: rows may refer to each other in whatever order and circle.
 */
public final class AllAtOnce {
    private enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    private record Part(Kind kind, String sql) {}

    private final Database database;
    private final List<InboxWriter> writers;

    /** @param writers parents first */
    public AllAtOnce(Database database, List<InboxWriter> writers) {
        this.database = database;
        this.writers = writers;
    }

    /**
     * Writes what can be written, and holds back what cannot, with what hangs together with it.
     *
     * @param unmoved rows that count as held back, too, by their names in the inbox
     */
    public Applied write(WaitingRows waiting, Set<String> unmoved) throws SQLException {
        database.execute("SAVEPOINT at_once");
        try {
            waiting.holdTogether(unmoved);
            return write();
        } catch (SQLException e) {
            rollback(e, InboxWriter.isUnfit(e));
            for (InboxWriter writer : writers) {
                writer.holdBlocked(e);
            }
        }
        database.execute("SAVEPOINT at_once");
        try {
            waiting.holdTogether(unmoved);
            // Where the triggers are on, those of rows whose unique values go to others fire once more.
            for (InboxWriter writer : writers) {
                writer.freeMovingValues();
            }
            return write();
        } catch (SQLException e) {
            // A placeholder may be what a constraint, or a trigger, has something against.
            rollback(e, SqlErrors.isDataError(e));
            return writeSingly(waiting, unmoved);
        }
    }

    private void rollback(SQLException e, boolean mayGoAnotherWay) throws SQLException {
        if (!mayGoAnotherWay) {
            throw e;
        }
        database.execute("ROLLBACK TO SAVEPOINT at_once");
    }

    private Applied writeSingly(WaitingRows waiting, Set<String> unmoved) throws SQLException {
        waiting.holdTogether(unmoved);
        Applied applied = Applied.NOTHING;
        for (InboxWriter writer : writers) {
            applied = applied.plus(writer.putSingly());
        }
        waiting.keepParents(unmoved);
        waiting.holdReferenced();
        return applied.plus(new Applied(0, 0, run(deletions()).deleted(), 0));
    }

    private Applied write() throws SQLException {
        var parts = new ArrayList<Part>();
        for (InboxWriter writer : writers) {
            parts.add(new Part(Kind.INSERT, writer.inserting()));
            writer.updating().ifPresent(sql -> parts.add(new Part(Kind.UPDATE, sql)));
        }
        parts.addAll(deletions());
        Applied applied = run(parts);
        for (InboxWriter writer : writers) {
            writer.refuseDuplicates();
        }
        return applied;
    }

    /** Children first: an application's triggers may look at what there is. */
    private List<Part> deletions() {
        var parts = new ArrayList<Part>();
        for (InboxWriter writer : writers) {
            writer.deletion().ifPresent(sql -> parts.add(new Part(Kind.DELETE, sql)));
        }
        Collections.reverse(parts);
        return parts;
    }

    /** The parts run in their order, since each is counted in its turn. */
    private Applied run(List<Part> parts) throws SQLException {
        if (parts.isEmpty()) {
            return Applied.NOTHING;
        }
        var with = new ArrayList<String>();
        var counts = new ArrayList<String>();
        for (Part part : parts) {
            String name = "part" + with.size();
            with.add(name + " AS (" + part.sql() + " RETURNING 1)");
            counts.add("SELECT '" + part.kind() + "' AS kind, count(*) AS rows FROM " + name);
        }
        return database.first(
                        "WITH " + String.join(", ", with)
                                + " SELECT sum(rows) FILTER (WHERE kind = 'INSERT'), sum(rows) FILTER (WHERE kind = 'UPDATE'),"
                                + " sum(rows) FILTER (WHERE kind = 'DELETE') FROM ("
                                + String.join(" UNION ALL ", counts) + ") AS part",
                        row -> new Applied(row.getLong(1), row.getLong(2), row.getLong(3), 0))
                .orElseThrow();
    }
}
