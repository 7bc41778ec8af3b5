package dev.offsync.sync.run;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.device.SyncStates;
import java.sql.SQLException;
import java.time.Duration;

/** What every run that talks to the hub has around it: the lock, the connections, and the state that it leaves behind. */
public final class Runs {
    /** Work with both databases. */
    @FunctionalInterface
    public interface Work<T> {
        T run(LocalSession session, HubLink link) throws SQLException;
    }

    private Runs() {}

    /** @param dryRun whether the run leaves no trace, not even in sync_status */
    public static <T> T withHub(Settings settings, String command, boolean dryRun, Work<T> work) {
        return LocalSession.locked(settings, command, session -> {
            if (dryRun) {
                try (HubLink link = HubLink.open(session, command)) {
                    return work.run(session, link);
                }
            }
            var states = new SyncStates(session.database());
            states.syncing();
            try (HubLink link = HubLink.open(session, command)) {
                T result = work.run(session, link);
                states.succeeded();
                return result;
            } catch (SQLException | RuntimeException failure) {
                note(states, failure);
                throw failure;
            }
        });
    }

    /** What was typed wrongly says nothing about the tables' state, so it is no last_error of theirs. */
    private static void note(SyncStates states, Exception failure) {
        Reason reason = failure instanceof OffsyncException known ? known.reason() : Reason.INTERNAL;
        try {
            states.failed(
                    reason == Reason.OFFLINE, reason == Reason.USAGE ? null : String.valueOf(failure.getMessage()));
        } catch (SQLException again) {
            failure.addSuppressed(again);
        }
    }

    public static long millisSince(long start) {
        return Duration.ofNanos(System.nanoTime() - start).toMillis();
    }
}
