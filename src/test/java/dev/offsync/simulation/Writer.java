package dev.offsync.simulation;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** An application's session. */
final class Writer implements AutoCloseable {
    private final Sql session;
    private final Set<String> notes = new TreeSet<>();

    Writer(TestDatabase database) throws SQLException {
        session = database.open();
        session.exec("SET lock_timeout = '100ms'");
    }

    void begin(List<String> statements) throws SQLException {
        session.exec("BEGIN");
        for (String statement : statements) {
            session.exec("SAVEPOINT before");
            try (var sql = session.connection().createStatement()) {
                if (sql.executeUpdate(statement) > 0) {
                    notes.addAll(Findings.notes(statement));
                }
            } catch (SQLException refused) {
                session.exec("ROLLBACK TO before");
            }
        }
    }

    /** The notes that are committed now; none where a deferred constraint refuses. */
    Set<String> commit() throws SQLException {
        Set<String> written = Set.copyOf(notes);
        notes.clear();
        try {
            session.exec("COMMIT");
            return written;
        } catch (SQLException refused) {
            return Set.of();
        }
    }

    void rollBack() throws SQLException {
        notes.clear();
        session.exec("ROLLBACK");
    }

    @Override
    public void close() throws SQLException {
        session.close();
    }
}
