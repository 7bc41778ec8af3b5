package dev.offsync.simulation;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** An application's session. */
final class Writer implements AutoCloseable {
    /**
     * What a transaction came to.
     *
     * @param notes that it wrote
     * @param counts how often it counted
     */
    record Committed(Set<String> notes, int counts) {}

    private final Sql session;
    private final Set<String> notes = new TreeSet<>();
    private int counts;

    Writer(TestDatabase database) throws SQLException {
        session = database.open();
        session.exec("SET lock_timeout = '100ms'");
    }

    void begin(List<String> statements) throws SQLException {
        session.exec("BEGIN");
        for (String statement : statements) {
            session.exec("SAVEPOINT before");
            try (var sql = session.connection().createStatement()) {
                int rows = sql.executeUpdate(statement);
                if (rows > 0) {
                    notes.addAll(Findings.notes(statement));
                    counts += statement.startsWith(RandomWrites.COUNT) ? rows : 0;
                }
            } catch (SQLException refused) {
                session.exec("ROLLBACK TO before");
            }
        }
    }

    /** What is committed now; nothing where a deferred constraint refuses. */
    Committed commit() throws SQLException {
        var written = new Committed(Set.copyOf(notes), counts);
        notes.clear();
        counts = 0;
        try {
            session.exec("COMMIT");
            return written;
        } catch (SQLException refused) {
            return new Committed(Set.of(), 0);
        }
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
