package dev.offsync.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A way to the databases on {@link TestServers} for runs that follow each other: PgBouncer, where it is installed, hands the
 * sessions of one to the next. A new session costs the server a fork, and the reading and planning of all that a run asks.
 */
public final class WarmSessions {
    private static final Map<ServerAddress, PgBouncer> POOLERS = new HashMap<>();
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();

    private WarmSessions() {}

    /** The warm way to {@code url}, which is {@code url} itself for another server or role. */
    public static String to(String url) {
        if (!PgBouncer.isInstalled()) {
            return url;
        }
        String onDevice = to(url, TestServers.device());
        return onDevice.equals(url) ? to(url, TestServers.hub()) : onDevice;
    }

    private static String to(String url, ServerAddress server) {
        ServerAddress none = server.withDatabase("");
        if (!url.startsWith(none.url())) {
            return url;
        }
        String database = url.substring(none.url().length());
        SEEN.add(database);
        return before(server).to(none).url() + database;
    }

    private static synchronized PgBouncer before(ServerAddress server) {
        return POOLERS.computeIfAbsent(server, WarmSessions::start);
    }

    private static PgBouncer start(ServerAddress server) {
        try {
            PgBouncer pooler = PgBouncer.keepingWarm(server);
            Runtime.getRuntime().addShutdownHook(new Thread(pooler::close));
            return pooler;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the sessions that wait in {@code database} for a run: nameless ones, or named after the run that has just ended. */
    static void end(ServerAddress server, String database) throws SQLException {
        if (SEEN.remove(database)) {
            TestDatabases.onServer(
                    server,
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + database
                            + "' AND (application_name = '' OR application_name LIKE 'offsync %')");
        }
    }
}
