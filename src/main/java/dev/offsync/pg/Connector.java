package dev.offsync.pg;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Endpoint.Host;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Opens connections. */
public final class Connector {
    /** The oldest major version that offsync is tested with. */
    public static final int OLDEST_SERVER = 15;

    /** Held, since the logging system forgets the level of a logger that nobody holds. */
    private static final Logger DRIVER = Logger.getLogger("org.postgresql");

    static {
        // The driver prints to stderr what it also throws; errors are told once, at the edge.
        DRIVER.setLevel(Level.OFF);
    }

    private Connector() {}

    /**
     * Connects to the first host that answers, in the order in which they are named.
     *
     * @param connectTimeout for each host, over everything from looking up its name to the end of the login; a
     *     connect_timeout among the endpoint's parameters takes its place
     * @param networkTimeout for the hub, how long it may be silent before it is asked for a sign of life and given up
     * @throws OffsyncException where no host could be used; the reason is that of the last one tried, and what the
     *     earlier ones said is suppressed in it
     */
    public static Connection open(
            Endpoint endpoint, Side side, Duration connectTimeout, Duration networkTimeout, String applicationName) {
        var properties = new ConnectionProperties(endpoint, side, networkTimeout, applicationName);
        @Nullable OffsyncException failure = null;
        for (Host host : endpoint.hosts()) {
            try {
                return open(properties.forHost(host, connectTimeout), endpoint, side);
            } catch (SQLException e) {
                OffsyncException translated =
                        SqlErrors.whileConnecting(e, side, at(endpoint, host), properties.timeout(connectTimeout));
                if (failure != null) {
                    translated.addSuppressed(failure);
                }
                failure = translated;
                if (!isWorthAnotherHost(translated)) {
                    break;
                }
            }
        }
        throw failure != null ? failure : new IllegalArgumentException("an endpoint without hosts");
    }

    private static Connection open(Properties properties, Endpoint endpoint, Side side) throws SQLException {
        // Asked directly: DriverManager would look for every driver on the class path first.
        Connection connection = new Driver().connect("jdbc:postgresql://", properties);
        if (connection == null) {
            throw new IllegalStateException("the driver does not know its own URL");
        }
        try {
            // Until here silence was bounded by the time for connecting; from now on a long answer is no silence.
            connection.setNetworkTimeout(Runnable::run, 0);
            requireVersion(connection, endpoint, side);
            return connection;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** The version comes with the login's answer, so this asks nothing of the server. */
    private static void requireVersion(Connection connection, Endpoint endpoint, Side side) throws SQLException {
        int version = connection.getMetaData().getDatabaseMajorVersion();
        if (version < OLDEST_SERVER) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    side + " at " + endpoint.address() + " runs PostgreSQL " + version,
                    "offsync needs PostgreSQL " + OLDEST_SERVER + " or later");
        }
    }

    /** As in libpq, a host that answers and refuses the login ends the search. */
    private static boolean isWorthAnotherHost(OffsyncException failure) {
        return failure.reason() == Reason.OFFLINE || failure.reason() == Reason.LOCAL_UNREACHABLE;
    }

    private static Endpoint at(Endpoint endpoint, Host host) {
        return new Endpoint(
                List.of(host), endpoint.database(), endpoint.user(), endpoint.password(), endpoint.parameters());
    }
}
