package dev.offsync.simulation;

import dev.offsync.testing.Sql;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;

/**
 * A database that goes back to how it was prepared before each history: every row of every table, offsync's own too, and
 * every sequence. Transaction numbers go on, as in any database, and so all that was seen once stays seen.
 */
record Place(TestDatabase database, Sql session) implements AutoCloseable {
    /**
     * The application's tables before offsync's, so that what its triggers write meanwhile goes with the rest. On a device
     * they are told that the transaction is offsync's own, and write nothing.
     */
    private static final String PREPARE = """
            CREATE SCHEMA prepared;
            DO $do$
            DECLARE
                t record;
                work text := '';
            BEGIN
                IF to_regclass('offsync.applying') IS NOT NULL THEN
                    work := 'INSERT INTO offsync.applying (xid) VALUES (pg_current_xact_id());';
                END IF;
                FOR t IN
                    SELECT c.oid::regclass AS name, 'prepared.' || quote_ident(n.nspname || '.' || c.relname) AS copy
                    FROM pg_class AS c
                    JOIN pg_namespace AS n ON n.oid = c.relnamespace
                    WHERE n.nspname IN ('public', 'offsync') AND c.relkind = 'r'
                    ORDER BY n.nspname DESC, c.relname
                LOOP
                    EXECUTE format('CREATE TABLE %s AS SELECT * FROM %s', t.copy, t.name);
                    work := work || format('DELETE FROM %1$s; INSERT INTO %1$s OVERRIDING SYSTEM VALUE SELECT * FROM %2$s;',
                                           t.name, t.copy);
                END LOOP;
                FOR t IN
                    SELECT format('%I.%I', schemaname, sequencename) AS name, last_value, start_value
                    FROM pg_sequences WHERE schemaname IN ('public', 'offsync')
                LOOP
                    work := work || format('PERFORM setval(%L, %s, %L);', t.name, coalesce(t.last_value, t.start_value),
                                           t.last_value IS NOT NULL);
                END LOOP;
                EXECUTE format('CREATE FUNCTION prepared.reset() RETURNS void LANGUAGE plpgsql
                                AS $f$ BEGIN %s END $f$', work);
            END
            $do$;
            """;

    static Place of(TestDatabase database) throws SQLException {
        database.exec(PREPARE);
        Sql session = database.open();
        // not with the function: each change of it throws the session's plans away
        session.exec("SET session_replication_role = replica");
        return new Place(database, session);
    }

    void reset() throws SQLException {
        session.exec("SELECT prepared.reset()");
    }

    /** Ends the sessions of runs, as the system does with those of a process that is gone. */
    void endRuns() throws SQLException {
        session.rows("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND application_name LIKE 'offsync %'");
    }

    /** Whether a session waits for a lock of another one. */
    boolean isSomebodyWaiting() throws SQLException {
        return "t"
                .equals(session.scalar("SELECT EXISTS (SELECT FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND wait_event_type = 'Lock')"));
    }

    @Override
    public void close() throws SQLException {
        session.close();
        database.close();
    }
}
