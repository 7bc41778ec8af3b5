package dev.offsync.pg;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import java.io.EOFException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;

/**
 * What a database's error means to an operator, by SQLSTATE (PostgreSQL manual, appendix A): the texts are in the
 * server's language, the states are not.
 */
public final class SqlErrors {
    private static final Set<String> TRANSIENT =
            Set.of("57014", "57P01", "57P02", "57P03", "57P05", "55P03", "25P03", "25P04");
    private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "40", "53", "58");
    private static final Set<String> DATA = Set.of("42501", "42804", "428C9");
    private static final Set<String> DATA_CLASSES = Set.of("09", "21", "22", "23", "38", "39", "44", "54", "P0");
    private static final Set<String> LOST_RACES = Set.of("23505", "23P01", "40001", "40P01");
    private static final Set<String> LINK = Set.of("57P01", "57P02", "57P03", "57P05", "53300", "25P03");

    private SqlErrors() {}

    /**
     * Whether the same work may succeed later without anybody doing anything: the link, the server's state, timeouts,
     * deadlocks, serialisation. Such an error never counts as a try of an operation.
     */
    public static boolean isTransient(SQLException e) {
        return TRANSIENT.contains(state(e)) || TRANSIENT_CLASSES.contains(stateClass(e));
    }

    /** Whether a statement gave up waiting for a lock, as lock_timeout asked it to. */
    public static boolean isLockTimeout(SQLException e) {
        return "55P03".equals(e.getSQLState());
    }

    /** Whether the server rejected the data itself: constraints, values, privileges on the row, what a trigger raised. */
    public static boolean isDataError(SQLException e) {
        return DATA.contains(state(e)) || DATA_CLASSES.contains(stateClass(e));
    }

    /**
     * Whether an application got in the way of work that is worth starting over at once: a row that it inserted meanwhile,
     * a deadlock, a serialisation failure.
     */
    public static boolean isLostRace(SQLException e) {
        return LOST_RACES.contains(state(e));
    }

    /** Whether a row found no room beside another: a unique index or an exclusion constraint refused it. */
    public static boolean isUniqueViolation(SQLException e) {
        return Set.of("23505", "23P01").contains(state(e));
    }

    /** Whether a row lacks the one that it references, or is referenced itself. */
    public static boolean isForeignKeyViolation(SQLException e) {
        return Set.of("23503", "23001").contains(state(e));
    }

    /** What {@code e}, raised by an open connection to {@code endpoint}, means to the operator. */
    public static OffsyncException translate(SQLException e, Side side, Endpoint endpoint) {
        if (isLink(e)) {
            return unreachable(e, side, endpoint, broken(e));
        }
        if (state(e).equals("42501")) {
            return new OffsyncException(
                    Reason.PERMISSION,
                    side + " refused user \"" + endpoint.user() + "\": " + text(e),
                    "grant what is missing; offsync check names every privilege that is needed",
                    e);
        }
        if (state(e).equals("25006") && side == Side.HUB) {
            return new OffsyncException(
                    Reason.OFFLINE,
                    side + " at " + endpoint.address() + " takes no writes: " + text(e),
                    "nothing was lost; name the primary server where this is a standby (target_session_attrs=read-write"
                            + " finds it among several), or wait until it takes writes again",
                    e);
        }
        if (state(e).equals("22P05") && side == Side.LOCAL) {
            return new OffsyncException(
                    Reason.INTERNAL,
                    side + " cannot hold a character that came from the hub: " + text(e),
                    "nothing was lost; dump the local database and restore it into one with ENCODING 'UTF8'",
                    e);
        }
        String hint = isTransient(e) ? "nothing was lost; run the command again" : null;
        return new OffsyncException(
                Reason.INTERNAL, side + " reported: " + text(e) + " (SQLSTATE " + state(e) + ")", hint, e);
    }

    /** What {@code e}, raised while connecting to {@code endpoint}, means to the operator. */
    static OffsyncException whileConnecting(SQLException e, Side side, Endpoint endpoint, Duration timeout) {
        Optional<OffsyncException> tls = TlsErrors.translate(e, side, endpoint);
        if (tls.isPresent()) {
            return tls.get();
        }
        if (stateClass(e).equals("28") || isDriversRefusal(e) || PoolerErrors.isLogin(e)) {
            return refusedLogin(e, side, endpoint);
        }
        if (state(e).equals("3D000") || PoolerErrors.isDatabase(e)) {
            return noDatabase(e, side, endpoint);
        }
        if (PoolerErrors.isStartupParameter(e)) {
            return PoolerErrors.startupParameter(e, side, endpoint);
        }
        if (state(e).equals("08P01") && !fromServer(e)) {
            return notPostgres(e, side, endpoint);
        }
        if (isLink(e)) {
            return unreachable(e, side, endpoint, connecting(e, timeout));
        }
        return translate(e, side, endpoint);
    }

    /** What offsync's own checks in the database said to a value that somebody gave, with the way to do it right. */
    public static Optional<OffsyncException> refusal(SQLException e) {
        if (!state(e).equals("22023")
                || !(e instanceof PSQLException server)
                || server.getServerErrorMessage() == null) {
            return Optional.empty();
        }
        return Optional.of(new OffsyncException(
                Reason.USAGE, text(e), asHint(server.getServerErrorMessage().getHint()), e));
    }

    /** PostgreSQL's hints are sentences, offsync's follow a colon. */
    private static @Nullable String asHint(@Nullable String sentence) {
        if (sentence == null || sentence.isEmpty()) {
            return null;
        }
        String start = sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
        return start.endsWith(".") ? start.substring(0, start.length() - 1) : start;
    }

    public static String state(SQLException e) {
        String state = e.getSQLState();
        return state == null ? "" : state;
    }

    static boolean fromServer(SQLException e) {
        return e instanceof PSQLException server && server.getServerErrorMessage() != null;
    }

    /** The server's own first line, without the driver's "ERROR:" and without the position. */
    public static String text(SQLException e) {
        if (e instanceof PSQLException server && server.getServerErrorMessage() != null) {
            String message = server.getServerErrorMessage().getMessage();
            if (message != null) {
                return message;
            }
        }
        return String.valueOf(e.getMessage());
    }

    private static String stateClass(SQLException e) {
        return state(e).length() < 2 ? "" : state(e).substring(0, 2);
    }

    private static boolean isLink(SQLException e) {
        return stateClass(e).equals("08") || LINK.contains(state(e));
    }

    /** The driver itself ends a login that needs a password where there is none. */
    private static boolean isDriversRefusal(SQLException e) {
        return state(e).equals("08004") && !fromServer(e);
    }

    private static OffsyncException refusedLogin(SQLException e, Side side, Endpoint endpoint) {
        String option = side == Side.HUB ? "remote" : "local";
        boolean none = endpoint.password() == null;
        String ways = "OFFSYNC_" + (side == Side.HUB ? "REMOTE" : "LOCAL") + "_PASSWORD, --" + option
                + "-password-file, ~/.pgpass or the systemd credential " + option + "-password";
        boolean certificate = text(e).contains("client certificate");
        return new OffsyncException(
                Reason.PERMISSION,
                side + " at " + endpoint.address() + " refused user \"" + endpoint.user() + "\": "
                        // the driver's words for an empty password are about how one is checked
                        + (none && isDriversRefusal(e) ? "it asks for a password" : text(e)),
                certificate
                        ? "name the user's certificate and key in the URL, as in sslcert=FILE&sslkey=FILE"
                        : none
                                ? "no password was given: put it into " + ways
                                : "check the user and the password in " + ways,
                e);
    }

    private static OffsyncException noDatabase(SQLException e, Side side, Endpoint endpoint) {
        return new OffsyncException(
                Reason.CONFIG,
                side + ": there is no database \"" + endpoint.database() + "\" at " + endpoint.address(),
                "create it, or correct " + (side == Side.HUB ? "--remote" : "--local"),
                e);
    }

    private static OffsyncException notPostgres(SQLException e, Side side, Endpoint endpoint) {
        return new OffsyncException(
                Reason.CONFIG,
                side + " at " + endpoint.address() + " is not a PostgreSQL server: it answers in another protocol",
                "correct the host or the port in " + (side == Side.HUB ? "--remote" : "--local"),
                e);
    }

    private static OffsyncException unreachable(SQLException e, Side side, Endpoint endpoint, String why) {
        boolean hub = side == Side.HUB;
        return new OffsyncException(
                hub ? Reason.OFFLINE : Reason.LOCAL_UNREACHABLE,
                "cannot reach " + side + " at " + endpoint.address() + ": " + why,
                hub
                        ? "nothing was lost: changes stay queued, and the next run goes on when the hub is back"
                        : "check that PostgreSQL runs there and listens on that host and port",
                e);
    }

    private static String connecting(SQLException e, Duration timeout) {
        if (fromServer(e)) {
            return text(e);
        }
        String noAnswer = "no answer within " + timeout.toMillis() / 1000.0 + " s";
        if (caused(e, UnknownHostException.class)) {
            return "the host name is not known";
        }
        if (caused(e, SocketTimeoutException.class)
                || GT.tr("Connection attempt timed out.").equals(e.getMessage())) {
            return noAnswer.replace(".0 s", " s");
        }
        if (caused(e, ConnectException.class)) {
            return "connection refused";
        }
        return broken(e);
    }

    private static String broken(SQLException e) {
        if (fromServer(e)) {
            return text(e);
        }
        if (caused(e, EOFException.class)) {
            return "the connection was closed by the other side";
        }
        Throwable root = root(e);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    static boolean caused(Throwable e, Class<? extends Throwable> type) {
        for (@Nullable Throwable t = e; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    static Throwable root(Throwable e) {
        Throwable root = e;
        for (@Nullable Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return root;
    }
}
