package dev.offsync.sync;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the errors mean that the hub's own functions raise (SQLSTATE class OS) and those that any statement can. */
final class HubErrors {
    private HubErrors() {}

    static OffsyncException translate(SQLException e, Endpoint hub) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "OS403" ->
                new OffsyncException(
                        Reason.REVOKED,
                        "the hub has shut this device out: " + text(e),
                        "ask the hub's administrator",
                        e);
            case "OS404" ->
                new OffsyncException(
                        Reason.HUB_REPLACED,
                        "the hub does not know this device: " + text(e),
                        "if the hub was restored or replaced, run offsync init --rejoin",
                        e);
            case "OS409" ->
                new OffsyncException(
                        Reason.USAGE,
                        text(e),
                        "choose another name with --device NAME; where that device is no more, free its name first with"
                                + " offsync devices revoke NAME",
                        e);
            case "OS412" ->
                new OffsyncException(
                        Reason.INTERNAL,
                        text(e),
                        "nothing was lost; run the command again, and offsync init once the columns are as they should be",
                        e);
            case "OS507" ->
                new OffsyncException(
                        Reason.CONFIG, text(e), "run offsync init with a smaller --id-ranges SIZE, or with off", e);
            case "OS508" ->
                new OffsyncException(
                        Reason.CONFIG, text(e), "shut out those that are gone with offsync devices revoke NAME", e);
            case "OS509" ->
                new OffsyncException(
                        Reason.CONFIG,
                        text(e),
                        "sync the devices that made rows, shut out those that are gone with offsync devices revoke NAME,"
                                + " or give devices logins of their own",
                        e);
            case "OS411" ->
                new OffsyncException(
                        Reason.LOCKED,
                        "another run of this device has begun: " + text(e),
                        "if nobody started one, a copy of this database is in use",
                        e);
            case "OS413" ->
                new OffsyncException(
                        Reason.OFFLINE,
                        "an upload was lost on its way to the hub: " + text(e),
                        "nothing was lost for good; run the command again",
                        e);
            case "OS501" -> cloned(text(e));
            case "OS502" -> rolledBack(1, false);
            case "3F000" ->
                new OffsyncException(
                        Reason.NOT_INITIALISED,
                        "the hub is not prepared for offsync: " + text(e),
                        "run offsync init with a role that may create the schema offsync there",
                        e);
            default -> SqlErrors.translate(e, Side.HUB, hub);
        };
    }

    static OffsyncException cloned(String name) {
        return new OffsyncException(
                Reason.CLONED_DEVICE,
                "another copy of device " + name
                        + " has been in contact with the hub; this one is a copy, or was restored" + " from a backup",
                "run offsync init --new-identity to make it a device of its own; its pending work is kept");
    }

    /** What a log cannot do that no longer holds all that the hub lost. */
    static final String BEYOND_LOG =
            "some of what the hub lost is older than the log of this device reaches back (retention): the rows that are"
                    + " here are offered again, deletions of that time are not";

    /** @param beyondLog whether some of what it lost was purged here */
    static OffsyncException rolledBack(long contacts, boolean beyondLog) {
        return new OffsyncException(
                Reason.HUB_ROLLBACK,
                "the hub lacks the last " + contacts
                        + " contacts of this device: it was restored, or failed over with loss"
                        + (beyondLog ? "; " + BEYOND_LOG : ""),
                "run offsync init --rejoin to send again what it lacks");
    }

    /** The server's own words, without the driver's prefix. */
    static String text(SQLException e) {
        ServerErrorMessage server = server(e);
        String message = server == null ? null : server.getMessage();
        return message != null ? message : String.valueOf(e.getMessage());
    }

    private static @Nullable ServerErrorMessage server(SQLException e) {
        return e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    }
}
