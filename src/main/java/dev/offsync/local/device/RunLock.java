package dev.offsync.local.device;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.RunId;
import dev.offsync.pg.Database;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One run at a time per device: an advisory lock of the local session, which a crash frees with the session. The holder
 * is named by its application_name, {@code offsync COMMAND PID@HOST RUN}.
 */
public final class RunLock {
    private static final int CLASS = 0x6f666673;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration GRACE_FOR_THE_DEAD = Duration.ofSeconds(10);
    private static final Pattern NAME = Pattern.compile("offsync (.+) (\\d+)@(.*) ([0-9a-f]{8})");
    /** With the longest command and process id this just fits the 63 bytes of an application_name. */
    private static final int HOST_LENGTH = 20;

    private record Holder(String application, String since, boolean dead) {}

    private RunLock() {}

    /** What {@code application_name} a session of this process has for {@code command}. */
    public static String applicationName(String command) {
        return "offsync " + command + " " + ProcessHandle.current().pid() + "@" + shortHost() + " " + RunId.CURRENT;
    }

    /** Takes the lock, waiting up to {@code wait}, or longer for a holder whose process is dead. */
    public static void acquire(Database database, Duration wait) throws SQLException {
        long start = System.nanoTime();
        while (!tryLock(database)) {
            Optional<Holder> holder = holder(database);
            long waited = System.nanoTime() - start;
            Duration allowed = holder.isPresent() && holder.get().dead() && wait.compareTo(GRACE_FOR_THE_DEAD) < 0
                    ? GRACE_FOR_THE_DEAD
                    : wait;
            if (holder.isPresent() && waited >= allowed.toNanos()) {
                throw locked(holder.get());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * Gives the lock back. The end of the session would, too, but only some time after the run is over, and the next
     * run of a script would find it held.
     */
    public static void release(Database database) {
        try {
            database.list("SELECT pg_advisory_unlock(" + CLASS + ", 1)", row -> row.getBoolean(1));
        } catch (SQLException e) {
            // The session is lost, and the lock with it.
            return;
        }
    }

    /** Whether some session holds the lock. */
    public static boolean isHeld(Database database) throws SQLException {
        return holder(database).isPresent();
    }

    private static boolean tryLock(Database database) throws SQLException {
        return database.first("SELECT pg_try_advisory_lock(" + CLASS + ", 1)", row -> row.getBoolean(1))
                .orElse(false);
    }

    private static Optional<Holder> holder(Database database) throws SQLException {
        return database.first(
                """
                SELECT coalesce(nullif(a.application_name, ''), 'a session with backend pid ' || l.pid),
                       to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                FROM pg_locks AS l
                JOIN pg_stat_activity AS a ON a.pid = l.pid
                WHERE l.locktype = 'advisory' AND l.classid = ? AND l.objid = 1 AND l.granted
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """, row -> new Holder(row.getString(1), row.getString(2), isDead(row.getString(1))), CLASS);
    }

    private static boolean isDead(String application) {
        Matcher name = NAME.matcher(application);
        return name.matches()
                && name.group(3).equals(shortHost())
                && ProcessHandle.of(Long.parseLong(name.group(2))).isEmpty();
    }

    private static OffsyncException locked(Holder holder) {
        Matcher name = NAME.matcher(holder.application());
        String who = name.matches()
                ? "offsync " + name.group(1) + " (pid " + name.group(2) + " on " + name.group(3) + ")"
                : holder.application();
        return new OffsyncException(
                Reason.LOCKED,
                "another run holds this device's lock: " + who + ", since " + holder.since(),
                "wait for it to end, or let this one wait with --lock-wait 60s");
    }

    private static String shortHost() {
        String host = host();
        return host.length() > HOST_LENGTH ? host.substring(0, HOST_LENGTH) : host;
    }

    /** This machine's name. */
    public static String host() {
        return Optional.ofNullable(System.getenv("HOSTNAME")).orElseGet(RunLock::hostFromSystem);
    }

    private static String hostFromSystem() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }
}
