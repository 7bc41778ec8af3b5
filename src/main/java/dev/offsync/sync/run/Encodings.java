package dev.offsync.sync.run;

import dev.offsync.model.Problem;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.Optional;

/** The character sets that the two databases keep texts in: what one can hold the other may lack. */
public final class Encodings {
    private Encodings() {}

    /** What init and check say where they differ; nothing is wrong until such a character comes. */
    public static Optional<Problem> difference(String here, String there) {
        return here.equals(there)
                ? Optional.empty()
                : Optional.of(new Problem(
                        "encoding",
                        "",
                        null,
                        null,
                        "the local database keeps texts as " + here + ", the hub as " + there
                                + ": a row with a character that " + here + " lacks ends a pull",
                        "make both with ENCODING 'UTF8'"));
    }

    /** That of a database. */
    public static String of(Database database) throws SQLException {
        return database.first("SHOW server_encoding", row -> row.getString(1)).orElse("?");
    }
}
