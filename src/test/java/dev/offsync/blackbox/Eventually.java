package dev.offsync.blackbox;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waiting for what another process does. */
final class Eventually {
    /** Something that becomes true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws SQLException;
    }

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private Eventually() {}

    static void until(String what, Condition condition) throws SQLException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never came: " + what);
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    /** Waits until a run of offsync waits for a lock on {@code database}. */
    static void untilARunIsHeldUpIn(TestDatabase database) throws SQLException {
        try (var sql = database.open()) {
            until("a run that waits for a lock", () -> !sql.rows("""
                            SELECT pid FROM pg_stat_activity
                            WHERE datname = current_database() AND application_name LIKE 'offsync %@%'
                              AND wait_event_type = 'Lock'
                            """).isEmpty());
        }
    }
}
