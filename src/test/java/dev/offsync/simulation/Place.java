package dev.offsync.simulation;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.Objects;

/** A database that goes back to how it was prepared before each history, under its own name and number. */
record Place(TestDatabase database, TestDatabase prepared, String oid) implements AutoCloseable {
    /** Nobody may be connected to {@code database}. */
    static Place of(TestDatabase database) throws SQLException {
        String oid = database.scalar("SELECT oid FROM pg_database WHERE datname = current_database()");
        TestDatabase prepared = database.backup();
        return new Place(database, prepared, Objects.requireNonNull(oid));
    }

    /** The same number lets a device believe that nobody has copied its database. */
    void reset() throws SQLException {
        database.close();
        try (var server = new Sql(database.server().connect())) {
            server.exec("CREATE DATABASE " + database.address().database() + " OID " + oid + " TEMPLATE "
                    + prepared.address().database());
        }
    }

    /** Ends the sessions of runs, as the system does with those of a process that is gone. */
    void endRuns() throws SQLException {
        database.rows("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name LIKE 'offsync %'");
    }

    @Override
    public void close() throws SQLException {
        database.close();
        prepared.close();
    }
}
