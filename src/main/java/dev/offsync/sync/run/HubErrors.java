package dev.offsync.sync.run;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the errors mean that the hub's own functions raise (SQLSTATE class OS) and those that any statement can. */
public final class HubErrors {
    /** What an SQLSTATE stands for: {@code what} goes before the server's own words. */
    private record Meaning(Reason reason, String what, String hint) {}

    private static final Map<String, Meaning> MEANINGS = Map.of(
            "OS403",
            new Meaning(Reason.REVOKED, "the hub has shut this device out: ", "ask the hub's administrator"),
            "OS404",
            new Meaning(
                    Reason.HUB_REPLACED,
                    "the hub does not know this device: ",
                    "if the hub was restored or replaced, run offsync init --rejoin"),
            "OS409",
            new Meaning(
                    Reason.USAGE,
                    "",
                    "choose another name with --device NAME; where that device is no more, free its name first with"
                            + " offsync devices revoke NAME"),
            "OS411",
            new Meaning(
                    Reason.LOCKED,
                    "another run of this device has begun: ",
                    "if nobody started one, a copy of this database is in use"),
            "OS412",
            new Meaning(
                    Reason.INTERNAL,
                    "",
                    "nothing was lost; run the command again, and offsync init once the columns are as they should be"),
            "OS413",
            new Meaning(
                    Reason.OFFLINE,
                    "an upload was lost on its way to the hub: ",
                    "nothing was lost for good; run the command again"),
            "OS507",
            new Meaning(Reason.CONFIG, "", "run offsync init with a smaller --id-ranges SIZE, or with off"),
            "OS508",
            new Meaning(Reason.CONFIG, "", "shut out those that are gone with offsync devices revoke NAME"),
            "OS509",
            new Meaning(
                    Reason.CONFIG,
                    "",
                    "sync the devices that made rows, shut out those that are gone with offsync devices revoke NAME,"
                            + " or give devices logins of their own"),
            "3F000",
            new Meaning(
                    Reason.NOT_INITIALISED,
                    "the hub is not prepared for offsync: ",
                    "run offsync init with a role that may create the schema offsync there"));

    private HubErrors() {}

    public static OffsyncException translate(SQLException e, Endpoint hub) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        Meaning meaning = MEANINGS.get(state);
        if (meaning != null) {
            return new OffsyncException(meaning.reason(), meaning.what() + text(e), meaning.hint(), e);
        }
        return switch (state) {
            case "OS501" -> cloned(text(e));
            case "OS502" -> rolledBack(1, false);
            default -> SqlErrors.translate(e, Side.HUB, hub);
        };
    }

    static OffsyncException cloned(String name) {
        return new OffsyncException(
                Reason.CLONED_DEVICE,
                "another copy of device " + name
                        + " has been in contact with the hub; this one is a copy, or was restored from a backup",
                "run offsync init --new-identity to make it a device of its own; its pending work is kept");
    }

    /** What a log cannot do that no longer holds all that the hub lost. */
    public static final String BEYOND_LOG =
            "some of what the hub lost is older than the log of this device reaches back (retention): the rows that are"
                    + " here are offered again, deletions of that time are not";

    /** @param beyondLog whether some of what it lost was purged here */
    static OffsyncException rolledBack(long contacts, boolean beyondLog) {
        return new OffsyncException(
                Reason.HUB_ROLLBACK,
                "the hub lacks the last " + (contacts == 1 ? "contact" : contacts + " contacts")
                        + " of this device: it was restored, or failed over with loss"
                        + (beyondLog ? "; " + BEYOND_LOG : ""),
                "run offsync init --rejoin to send again what it lacks");
    }

    /** The server's own words, without the driver's prefix. */
    public static String text(SQLException e) {
        ServerErrorMessage server = server(e);
        String message = server == null ? null : server.getMessage();
        return message != null ? message : String.valueOf(e.getMessage());
    }

    private static @Nullable ServerErrorMessage server(SQLException e) {
        return e instanceof PSQLException p ? p.getServerErrorMessage() : null;
    }
}
