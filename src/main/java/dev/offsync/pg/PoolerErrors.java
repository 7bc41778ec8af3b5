package dev.offsync.pg;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import java.sql.SQLException;

/**
 * PgBouncer says 08P01 (protocol violation) for most of what it refuses, so here its texts count; they come in English
 * alone.
 */
final class PoolerErrors {
    private PoolerErrors() {}

    static boolean isLogin(SQLException e) {
        return says(e, "no such user") || says(e, "auth failed") || says(e, "authentication failed");
    }

    static boolean isDatabase(SQLException e) {
        return says(e, "no such database");
    }

    static boolean isStartupParameter(SQLException e) {
        return says(e, "unsupported startup parameter");
    }

    static OffsyncException startupParameter(SQLException e, Side side, Endpoint endpoint) {
        return new OffsyncException(
                Reason.CONFIG,
                side + " at " + endpoint.address() + ": " + SqlErrors.text(e),
                "leave \"options\" out of the URL: a pooler does not pass it on",
                e);
    }

    private static boolean says(SQLException e, String words) {
        return SqlErrors.state(e).equals("08P01")
                && SqlErrors.fromServer(e)
                && SqlErrors.text(e).contains(words);
    }
}
