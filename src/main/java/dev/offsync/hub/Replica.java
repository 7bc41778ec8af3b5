package dev.offsync.hub;

import dev.offsync.hub.ChangeFeed.Moment;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A streaming replica of the hub, to read changes from. A snapshot on a standby does not name the transactions that are
 * under way on the primary: as a cursor it would pass over them for ever. So the cursor taken here ends before the oldest
 * of them, and what is newer comes again with the next pull.
 */
public final class Replica {
    private final Database database;
    private final ChangeFeed feed;

    public Replica(Database database) {
        this.database = database;
        this.feed = new ChangeFeed(database);
    }

    public Database database() {
        return database;
    }

    /** How far the replica has come; whatever was committed on the hub up to here is shown by a snapshot taken later. */
    public @Nullable String position() throws SQLException {
        return database.first("SELECT pg_last_wal_replay_lsn()::text", row -> row.getString(1))
                .orElse(null);
    }

    /** Whether {@code position} is not before {@code earlier}. */
    public boolean isAt(@Nullable String position, @Nullable String earlier) throws SQLException {
        return earlier == null
                || database.first("SELECT ?::pg_lsn >= ?::pg_lsn", row -> row.getBoolean(1), position, earlier)
                        .orElse(false);
    }

    /** Opens the transaction that everything is read in. */
    public Moment begin() throws SQLException {
        Moment moment = feed.begin();
        String oldest = moment.snapshot().substring(0, moment.snapshot().indexOf(':'));
        return new Moment(oldest + ":" + oldest + ":", moment.purgedThrough(), moment.purgeDue());
    }

    public void end() throws SQLException {
        feed.end();
    }

    /**
     * Whether this is a standby of the hub that has seen the device's contact {@code contactSeq}, and with it all that was
     * committed before.
     */
    public boolean shows(int device, String incarnation, long contactSeq) throws SQLException {
        return database.first("""
                        SELECT pg_is_in_recovery() AND h.incarnation = ?::uuid AND d.contact_seq >= ?
                        FROM offsync.hub AS h, offsync.my_device AS d
                        WHERE d.id = ?
                        """, row -> row.getBoolean(1), incarnation, contactSeq, device)
                .orElse(false);
    }

    /** The columns that the replica has of tracked tables, by the hub's number. */
    public Map<Integer, List<String>> columns(Set<Integer> tables) throws SQLException {
        var columns = new HashMap<Integer, List<String>>();
        Hub.columns(database, tables, columns);
        return columns;
    }
}
