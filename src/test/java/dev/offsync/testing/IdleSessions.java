package dev.offsync.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/**
 * Sessions that wait for the next short statement of a test: a new one costs the server thirty times as much as the
 * statement. Each is as new when it is used again, but for settings of its database or role, so {@link #forget} them
 * where these change, and for the plans of functions, which are much of what a statement costs that fires triggers.
 */
final class IdleSessions {
    private static final int PATIENCE_SECONDS = 5;

    /** What DISCARD ALL does, but for the plans. */
    private static final String RESET =
            "CLOSE ALL; SET SESSION AUTHORIZATION DEFAULT; RESET ALL; DEALLOCATE ALL; UNLISTEN *;"
                    + " SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

    private static final Map<ServerAddress, Deque<Connection>> IDLE = new HashMap<>();

    private IdleSessions() {}

    static Connection take(ServerAddress address) throws SQLException {
        Connection idle = poll(address);
        while (idle != null && !idle.isValid(PATIENCE_SECONDS)) {
            idle.close();
            idle = poll(address);
        }
        return idle != null ? idle : address.connect();
    }

    /** Keeps {@code connection}, in which nothing went wrong, for the next one who asks. */
    static void giveBack(ServerAddress address, Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            if (connection.unwrap(BaseConnection.class).getTransactionState() != TransactionState.IDLE) {
                connection.close();
                return;
            }
            statement.execute(RESET);
        } catch (SQLException gone) {
            connection.close();
            return;
        }
        synchronized (IDLE) {
            IDLE.computeIfAbsent(address, key -> new ArrayDeque<>()).push(connection);
        }
    }

    /** Ends the sessions in the database of {@code address}, whoever their user is. */
    static void forget(ServerAddress address) throws SQLException {
        List<Connection> forgotten = new ArrayList<>();
        synchronized (IDLE) {
            IDLE.entrySet().removeIf(entry -> {
                boolean there = isSameDatabase(entry.getKey(), address);
                if (there) {
                    forgotten.addAll(entry.getValue());
                }
                return there;
            });
        }
        for (Connection connection : forgotten) {
            connection.close();
        }
    }

    private static Connection poll(ServerAddress address) {
        synchronized (IDLE) {
            Deque<Connection> idle = IDLE.get(address);
            return idle == null ? null : idle.poll();
        }
    }

    private static boolean isSameDatabase(ServerAddress one, ServerAddress other) {
        return one.host().equals(other.host())
                && one.port() == other.port()
                && one.database().equals(other.database());
    }
}
