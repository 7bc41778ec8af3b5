package dev.offsync.local.device;

import dev.offsync.pg.Database;
import dev.offsync.pg.Place;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The one row of offsync.device: the device's identity and the state of its contacts with the hub. */
public final class DeviceStore {
    private final Database database;

    public DeviceStore(Database database) {
        this.database = database;
    }

    /** The device, empty where init never made one. */
    public Optional<DeviceState> load() throws SQLException {
        return database.first(
                """
                SELECT id, name, hub_identity, local_identity, contact_seq, contact_nonce, next_nonce, last_batch,
                       last_contact_at, last_contact_operation, clock_skew_ms, last_push_at, last_pull_at
                FROM offsync.device
                """,
                row -> new DeviceState(
                        row.getObject(1, Integer.class),
                        row.getString(2),
                        row.getObject(3, UUID.class),
                        row.getString(4),
                        row.getLong(5),
                        row.getObject(6, UUID.class),
                        row.getObject(7, UUID.class),
                        row.getLong(8),
                        instant(row, 9),
                        row.getLong(10),
                        row.getObject(11, Long.class),
                        instant(row, 12),
                        instant(row, 13)));
    }

    /** Makes the device's row; nothing happens where there is one. */
    public void create(String name) throws SQLException {
        database.update(
                "INSERT INTO offsync.device (name, local_identity) VALUES (?, ?) ON CONFLICT DO NOTHING",
                name,
                localIdentity());
    }

    public void rename(String name) throws SQLException {
        database.update("UPDATE offsync.device SET name = ?", name);
    }

    /** This database is a device of its own from now on: what it has not sent stays pending. */
    public void becomeAnother(String name) throws SQLException {
        if (!load().orElseThrow().localIdentity().equals(localIdentity())) {
            renumber();
        }
        database.update("""
                UPDATE offsync.device
                SET id = NULL, name = ?, local_identity = ?, contact_nonce = NULL, next_nonce = NULL
                """, name, localIdentity());
    }

    /** The device is known to the hub now, under the number {@code id}. */
    public void register(int id, UUID hubIdentity, UUID nonce) throws SQLException {
        database.update("""
                UPDATE offsync.device
                SET id = ?, hub_identity = ?, contact_seq = 0, primary_seq = 0, replica_position = NULL, contact_nonce = ?, next_nonce = NULL
                """, id, hubIdentity, nonce);
    }

    /**
     * Brings the journal into line where this database lives in another cluster than before (a restored dump, an
     * upgrade): its transaction numbers mean something else now.
     *
     * @return false if numbers are issued that the journal holds already, so that old and new work cannot be told apart
     *     without {@link #renumber}
     */
    public boolean settleIn() throws SQLException {
        boolean backwards = database.first(
                        "SELECT claimed_below > pg_snapshot_xmax(pg_current_snapshot()) FROM offsync.device",
                        row -> row.getBoolean(1))
                .orElse(false);
        if (!backwards) {
            String here = localIdentity();
            long moved = database.update("""
                    UPDATE offsync.device
                    SET claimed_below = '0', local_identity = ?
                    WHERE local_identity <> ?
                    """, here, here);
            if (moved > 0) {
                new SyncedTables(database).renumbered();
            }
        }
        return !backwards;
    }

    /**
     * Moves the transaction numbers in the journal out of the way of those that are issued from now on. What was captured
     * since the last contact cannot have been claimed, whatever transaction seems to have its number.
     */
    private void renumber() throws SQLException {
        database.execute("""
                LOCK TABLE offsync.journal IN SHARE ROW EXCLUSIVE MODE;
                CREATE TEMP TABLE renumbering ON COMMIT DROP AS
                    SELECT 1 + greatest(pg_snapshot_xmax(pg_current_snapshot())::text::numeric,
                                        (SELECT max(xid::text::numeric) FROM offsync.journal),
                                        (SELECT max(xid::text::numeric) FROM offsync.transaction_batch)) AS step,
                           last_contact_operation
                    FROM offsync.device;
                UPDATE offsync.journal
                SET xid = (xid::text::numeric + step * CASE WHEN id > last_contact_operation THEN 2 ELSE 1 END)::text::xid8
                FROM renumbering;
                UPDATE offsync.operation_state AS o
                SET xid = j.xid
                FROM offsync.journal AS j
                WHERE j.id = o.operation_id;
                UPDATE offsync.decision AS d
                SET xid = j.xid
                FROM offsync.journal AS j
                WHERE j.id = d.operation_id;
                UPDATE offsync.transaction_batch SET xid = (xid::text::numeric + step)::text::xid8 FROM renumbering;
                UPDATE offsync.device SET claimed_below = '0'
                """);
    }

    /** Durably remembers what the contact under way will leave on the hub; see the contact function there. */
    public UUID prepareContact() throws SQLException {
        return database.first("""
                        UPDATE offsync.device
                        SET next_nonce = gen_random_uuid()
                        RETURNING next_nonce
                        """, row -> row.getObject(1, UUID.class)).orElseThrow();
    }

    /**
     * The hub has recorded the contact.
     *
     * @param hubClock the hub's clock at the contact
     * @param lastOperation the last operation captured before the contact began
     */
    public void contacted(Instant hubClock, long lastOperation, @Nullable Long skewMs) throws SQLException {
        // A change is dated no earlier than the contact before it, however many follow until it is pushed.
        database.update("""
                UPDATE offsync.device AS d
                SET contact_seq = contact_seq + 1,
                    primary_seq = contact_seq + 1,
                    contact_nonce = next_nonce,
                    next_nonce = NULL,
                    last_contact_at = c.hub_clock,
                    last_contact_operation = c.operation,
                    waiting_since = CASE WHEN c.more_waits THEN waiting_since ELSE c.hub_clock END,
                    waiting_after = CASE WHEN c.more_waits THEN waiting_after ELSE c.operation END,
                    clock_skew_ms = ?
                FROM (
                    SELECT l.hub_clock, l.operation,
                           coalesce((SELECT max(batch) FROM offsync.transaction_batch) > (SELECT last_batch FROM offsync.device), false)
                           OR EXISTS (SELECT FROM offsync.unfinished AS u
                                      WHERE u.id <= l.operation
                                        AND NOT EXISTS (SELECT FROM offsync.operation_state AS o
                                                        WHERE o.operation_id = u.id)) AS more_waits
                    FROM (SELECT ?::timestamptz AS hub_clock, ?::bigint AS operation OFFSET 0) AS l
                    OFFSET 0
                ) AS c
                """, skewMs, hubClock.toString(), lastOperation);
    }

    /**
     * Corrects what this run sends by the skew that it measured itself, where that is another than at the last contact: the
     * clock was set in between, as in a device that boots without one. Less than a second is not worth a commit.
     */
    public void measured(long skewMs) throws SQLException {
        database.update(
                "UPDATE offsync.device SET clock_skew_ms = ? WHERE abs(coalesce(clock_skew_ms, 0) - ?) > 1000",
                skewMs,
                skewMs);
    }

    /**
     * What this device has seen of the hub: the last contact that sent something there or read from it, and how far the
     * replica was that was read last.
     */
    public record Seen(long contactSeq, @Nullable String replicaPosition) {}

    public Seen seen() throws SQLException {
        return database.first(
                        "SELECT primary_seq, replica_position::text FROM offsync.device",
                        row -> new Seen(row.getLong(1), row.getString(2)))
                .orElseThrow();
    }

    /** A contact under way read from a replica at {@code position}: nothing but that was seen. */
    public void readFromReplica(Seen before, @Nullable String position) throws SQLException {
        database.update(
                "UPDATE offsync.device SET primary_seq = ?, replica_position = ?::pg_lsn",
                before.contactSeq(),
                position);
    }

    /** Where the hub's database lived at the last contact. */
    public Optional<String> hubCluster() throws SQLException {
        return database.first("SELECT hub_cluster FROM offsync.device", row -> row.getString(1));
    }

    public void rememberHubCluster(String cluster) throws SQLException {
        database.update("UPDATE offsync.device SET hub_cluster = ?", cluster);
    }

    /** The hub was rolled back: from now on the two agree on the contact that it remembers as the last one. */
    public void rejoin(long contactSeq, UUID contactNonce) throws SQLException {
        database.update("""
                UPDATE offsync.device
                SET contact_seq = ?, primary_seq = ?, contact_nonce = ?, next_nonce = NULL, replica_position = NULL
                """, contactSeq, contactSeq, contactNonce);
    }

    /** Nothing that this device knew of its hub is true any more. */
    public void leave() throws SQLException {
        database.update("""
                UPDATE offsync.device
                SET id = NULL, hub_identity = NULL, hub_cluster = NULL, contact_nonce = NULL, next_nonce = NULL
                """);
        database.update("UPDATE offsync.synced_table SET hub_table = NULL");
    }

    /** Whether operations of batches after {@code batch} were purged from the log, so that it cannot send them again. */
    public boolean purgedAfter(long batch) throws SQLException {
        return database.number("SELECT count(*) FROM offsync.device WHERE purged_batch > ?", batch) > 0;
    }

    /** The greatest operation id that was given out so far. */
    public long lastOperation() throws SQLException {
        return database.number("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM offsync.operation_id");
    }

    /** What tells this database from a copy of it: the cluster's system identifier and the database's oid. */
    public String localIdentity() throws SQLException {
        return Place.of(database);
    }

    public static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
