package dev.offsync.hub;

import dev.offsync.model.ColumnShape;
import dev.offsync.model.StatusReport;
import dev.offsync.pg.ColumnShapes;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.OutputSettings;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A device's conversation with its hub. Each method is one turn on the wire. */
public final class Hub {
    /** Where half of a turn arrived and the device is gone, the server is not to hold its locks for hours. */
    public static final String NOTICE_A_DEAD_PEER = """
            SET LOCAL tcp_keepalives_idle = 15;
            SET LOCAL tcp_keepalives_interval = 5;
            SET LOCAL tcp_keepalives_count = 6;
            """;

    /** The planner takes arrays and temporary tables for large; to compile such a plan takes longer than it runs. */
    static final String COMPILE_NOTHING = "SET LOCAL jit = off;\n";

    private static final String CONTACT = "SELECT offsync.contact(?, ?, ?, ?, ?, ?::jsonb);\n";

    private final Database database;
    private final Rehearsal rehearsal = new Rehearsal();

    public Hub(Database database) {
        this.database = database;
    }

    public Database database() {
        return database;
    }

    /** Runs {@code work}, of which the hub keeps nothing; between two calls it holds no lock on a row or a table for it. */
    public <T> T rehearse(Database.Work<T> work) throws SQLException {
        try {
            return database.rehearse(work);
        } finally {
            rehearsal.end();
        }
    }

    /**
     * Who the hub is and where it stands with the device.
     *
     * @param run the run that speaks for the device from now on, or null to look only
     * @param tables the hub's numbers
     */
    public Hello hello(int device, @Nullable UUID run, List<Integer> tables) throws SQLException {
        try (PreparedStatement statement = database.prepare("""
                SELECT h.schema_version, h.identity, h.cluster, h.clock, h.contact_seq, h.contact_nonce, h.last_batch,
                       coalesce((SELECT min(o.version) FROM offsync.schema_version AS o WHERE o.version >= v.oldest_served),
                                v.version)
                FROM offsync.hello(?, ?::uuid) AS h
                JOIN offsync.schema_version AS v ON v.version = h.schema_version;
                SELECT t.id, offsync.column_names(t.relation), offsync.column_shapes(t.relation),
                       offsync.access(t.id)
                FROM offsync.tracked_table AS t
                WHERE t.id = ANY (?::integer[])
                  AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.relation AND c.relkind IN ('r', 'p'))
                """, device, run, tables)) {
            statement.execute();
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                var columns = new HashMap<Integer, List<String>>();
                var shapes = new HashMap<Integer, List<ColumnShape>>();
                var access = new HashMap<Integer, String>();
                var hello = new Hello(
                        row.getInt(1),
                        row.getInt(8),
                        row.getObject(2, UUID.class),
                        row.getString(3),
                        row.getObject(4, OffsetDateTime.class).toInstant(),
                        row.getLong(5),
                        row.getObject(6, UUID.class),
                        row.getLong(7),
                        columns,
                        shapes,
                        access);
                statement.getMoreResults(PreparedStatement.KEEP_CURRENT_RESULT);
                try (ResultSet table = statement.getResultSet()) {
                    while (table.next()) {
                        columns.put(table.getInt(1), JsonText.parseArray(table.getString(2)));
                        shapes.put(table.getInt(1), ColumnShapes.of(table.getArray(3)));
                        if (table.getString(4) != null) {
                            access.put(table.getInt(1), table.getString(4));
                        }
                    }
                }
                return hello;
            }
        }
    }

    public int register(String name, UUID nonce) throws SQLException {
        return (int) database.number("SELECT offsync.register_device(?, ?)", name, nonce);
    }

    /** The number of the device that was registered with this very nonce, for when the reply was lost. */
    public Optional<Integer> registered(UUID nonce) throws SQLException {
        return database.first(
                "SELECT id FROM offsync.my_device WHERE contact_nonce = ? AND contact_seq = 0",
                row -> row.getInt(1),
                nonce);
    }

    public String name(int device) throws SQLException {
        return database.first("SELECT name FROM offsync.my_device WHERE id = ?", row -> row.getString(1), device)
                .orElseThrow();
    }

    public UUID identity() throws SQLException {
        return database.first("SELECT identity FROM offsync.hub", row -> row.getObject(1, UUID.class))
                .orElseThrow();
    }

    /** The COPY that uploads pieces of a batch. */
    public static String upload(int device) {
        return "COPY offsync.upload_" + device
                + " (batch, piece, table_id, layout, operations, keys, base_versions, counts, changed_at, rows, digest)"
                + " FROM STDIN (FORMAT binary)";
    }

    /** Empties the upload table. */
    public void discardUpload(int device) throws SQLException {
        if (database.isRehearsing()) {
            // What was uploaded is needed again by the calls that follow, and goes with the rehearsal.
            return;
        }
        endUploads(device);
        database.list("SELECT offsync.discard_staging(?)", row -> row.getString(1), device);
    }

    /** What an upload that broke off has left, by digest; a session still stuck in it is none of a living run. */
    public Set<String> uploadedPieces(int device) throws SQLException {
        endUploads(device);
        return Set.copyOf(database.list(
                "SELECT encode(digest, 'hex') FROM offsync.uploaded_pieces(?) AS digest",
                row -> row.getString(1),
                device));
    }

    /**
     * Makes pieces that are there already part of a batch, and drops all others that are not of it.
     *
     * @param places the number of each piece, by its digest
     */
    public void adoptPieces(int device, long batch, Map<String, Integer> places) throws SQLException {
        List<String> digests = List.copyOf(places.keySet());
        database.list(
                "SELECT offsync.adopt_pieces(?, ?, ?::integer[],"
                        + " ARRAY(SELECT decode(d, 'hex') FROM unnest(?::text[]) WITH ORDINALITY AS u(d, i) ORDER BY i))",
                row -> row.getString(1),
                device,
                batch,
                digests.stream()
                        .map(digest -> String.valueOf(places.get(digest)))
                        .toList(),
                digests);
    }

    private void endUploads(int device) throws SQLException {
        database.list("""
                SELECT pg_terminate_backend(l.pid, 5000)
                FROM pg_locks AS l
                JOIN pg_stat_activity AS a ON a.pid = l.pid
                WHERE l.relation = to_regclass(?) AND l.pid <> pg_backend_pid() AND a.datname = current_database()
                  AND a.usename = session_user AND a.backend_type = 'client backend'
                """, row -> row.getBoolean(1), "offsync.upload_" + device);
    }

    /**
     * Applies the uploaded batch and records the contact, in one transaction that goes over the wire whole, so that no
     * lock on the hub ever waits for the link.
     *
     * @param rows the number of rows that were uploaded
     * @param plan as apply_batch describes it
     * @param report counts for the fleet's view, a JSON object
     * @param most the bytes that the rows in the outcomes may take
     */
    public List<Outcome> apply(Contact contact, long batch, long rows, String plan, String report, long most)
            throws SQLException {
        String read = Outcome.query(most);
        List<@Nullable Object> arguments = new ArrayList<>(List.of(contact.device(), batch, rows, plan));
        arguments.addAll(arguments(contact, report));
        var step = new Rehearsal.Step("SELECT offsync.apply_batch(?, ?, ?, ?::jsonb);\n" + CONTACT, arguments);
        Rehearsal.Step all = rehearsal.followedBy(step);
        List<@Nullable Object> bound = new ArrayList<>(all.arguments());
        bound.addAll(List.of(contact.device(), batch));
        List<Outcome> outcomes = database.list(
                database.begin() + ";\nSET LOCAL synchronous_commit = on;\n" + NOTICE_A_DEAD_PEER
                        + COMPILE_NOTHING
                        + OutputSettings.forHubTransaction()
                        + all.sql()
                        + (database.isRehearsing() ? read + database.undo() : database.commit() + ";\n" + read),
                Outcome::read,
                bound.toArray());
        remember(step);
        return outcomes;
    }

    /**
     * The row that the hub's refusal of the uploaded batch is about, after {@link #apply} failed. Has no effect there;
     * nothing where the batch would pass by now.
     */
    public Optional<Culprit> culprit(int device, long batch, String plan) throws SQLException {
        Rehearsal.Step step = rehearsal.followedBy(new Rehearsal.Step(
                "SELECT operation, message FROM offsync.find_culprit(?, ?, ?::jsonb);\n",
                List.of(device, batch, plan)));
        List<Culprit> culprits = database.list(
                database.begin() + ";\n" + NOTICE_A_DEAD_PEER + COMPILE_NOTHING + OutputSettings.forHubTransaction()
                        + step.sql() + database.undo(),
                row -> new Culprit(row.getLong(1), row.getString(2)),
                step.arguments().toArray());
        return culprits.stream().findFirst();
    }

    /** The outcomes of the last batch, for when the reply was lost; see {@link #apply}. */
    public List<Outcome> outcomes(int device, long batch, long most) throws SQLException {
        return database.list(Outcome.query(most), Outcome::read, device, batch);
    }

    /** Ends a contact that applied nothing. */
    public void contact(Contact contact, String report) throws SQLException {
        contact(contact, report, false);
    }

    /** @param endsReading whether the transaction is still open in which the feed was read */
    public void contact(Contact contact, String report, boolean endsReading) throws SQLException {
        var step = new Rehearsal.Step(CONTACT, arguments(contact, report));
        Rehearsal.Step all = rehearsal.followedBy(step);
        database.list(
                (endsReading ? "COMMIT;\n" : "") + database.begin() + ";\nSET LOCAL synchronous_commit = on;\n"
                        + (database.isRehearsing()
                                ? OutputSettings.forHubTransaction() + all.sql() + database.undo()
                                : all.sql() + database.commit()),
                row -> row.getString(1),
                all.arguments().toArray());
        remember(step);
    }

    private void remember(Rehearsal.Step step) {
        if (database.isRehearsing()) {
            rehearsal.add(step);
        }
    }

    private static List<@Nullable Object> arguments(Contact contact, String report) {
        return List.of(contact.device(), contact.run(), contact.seq(), contact.nonce(), contact.nextNonce(), report);
    }

    /** Changes when the hub was rolled back: its replicas of before do not have it. */
    public String incarnation() throws SQLException {
        return database.first("SELECT incarnation::text FROM offsync.hub", row -> row.getString(1))
                .orElseThrow();
    }

    public Hub renewIncarnation(int device) throws SQLException {
        database.list("SELECT offsync.renew_incarnation(?)", row -> row.getString(1), device);
        return this;
    }

    static void columns(Database database, Collection<Integer> tables, Map<Integer, List<String>> columns)
            throws SQLException {
        database.list("""
                SELECT t.id, offsync.column_names(t.relation)
                FROM offsync.tracked_table AS t
                WHERE t.id = ANY (?::integer[])
                  AND EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.relation AND c.relkind IN ('r', 'p'))
                """, row -> columns.put(row.getInt(1), JsonText.parseArray(row.getString(2))), tables);
    }

    /** Lets the hub forget deletions that no device asks for any more, if it is time. */
    public Hub purgeTombstones(int device) throws SQLException {
        database.list("SELECT offsync.purge_tombstones(?)", row -> row.getString(1), device);
        return this;
    }

    /** Lets the hub find its way in the cluster that its database lives in now. */
    public Hub settleIn(int device) throws SQLException {
        database.list("SELECT offsync.settle_in(?)", row -> row.getString(1), device);
        return this;
    }

    /** Keys for a device's sequence. */
    public record Lease(long low, long high) {}

    /** @param size how many keys; null: as many as is usual for the type of the column */
    public Lease leaseIdRange(int device, int table, String column, @Nullable Long size) throws SQLException {
        return database.first(
                        "SELECT low, high FROM offsync.lease_id_range(?, ?, ?, ?::bigint)",
                        row -> new Lease(row.getLong(1), row.getLong(2)),
                        device,
                        table,
                        column,
                        size)
                .orElseThrow();
    }

    /** Whether a range that was leased before the hub was restored is this device's still. */
    public boolean adoptIdRange(int device, int table, String column, long low, long high) throws SQLException {
        return database.first(
                        "SELECT offsync.adopt_id_range(?, ?, ?, ?, ?)",
                        row -> row.getBoolean(1),
                        device,
                        table,
                        column,
                        low,
                        high)
                .orElse(false);
    }

    /**
     * Brings what the hub knows of rows in line with its table, in case they were written past the triggers.
     *
     * @param table the hub's number
     * @return the positions in {@code keys}, from 0, of rows that were deleted there
     */
    public List<Integer> recount(int device, int table, List<List<String>> keys) throws SQLException {
        return database.list(
                "SELECT offsync.recount(?, ?, ?::jsonb)",
                row -> row.getInt(1) - 1,
                device,
                table,
                keys.stream().map(JsonText::array).collect(Collectors.joining(",", "[", "]")));
    }

    /** What this hub remembers of the device, empty where it does not know it under this number and name. */
    public Optional<Remembered> remembered(int device, String name) throws SQLException {
        return database.first(
                "SELECT contact_seq, contact_nonce, last_batch FROM offsync.my_device WHERE id = ? AND name = ?",
                row -> new Remembered(row.getLong(1), row.getObject(2, UUID.class), row.getLong(3)),
                device,
                name);
    }

    /** The last contact and the last batch of a device that a hub remembers. */
    public record Remembered(long contactSeq, UUID contactNonce, long lastBatch) {}

    /** The oldest transaction that has been writing for minutes: what it changed is held back until it ends. */
    public Optional<StatusReport.HubBlocker> blocker() throws SQLException {
        return database.first(
                """
                SELECT pid, coalesce(application_name, ''), xact_start
                FROM pg_stat_activity
                WHERE datname = current_database() AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
                  AND xact_start < now() - interval '1 minute'
                ORDER BY xact_start
                LIMIT 1
                """,
                row -> new StatusReport.HubBlocker(
                        row.getLong(1),
                        row.getString(2),
                        row.getObject(3, OffsetDateTime.class).toInstant()));
    }
}
