package dev.offsync.local.queue;

import dev.offsync.local.queue.Outbox.Part;
import dev.offsync.model.Direction;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A batch of nothing but inserts, of rows of which the hub knows nothing: there is nothing to coalesce, and it goes as the
 * journal has it. Where one of its rows turns out to be in conflict, the {@link Outbox} is filled after all.
 */
public final class PlainBatch {
    /** A part, the number of its rows, and about how many bytes they are. */
    public record Inserts(Part part, long rows, long bytes) {}

    /** Transaction by transaction: whatever the planner expects, completed history is not read for a batch. */
    private static final String OPERATIONS = """
            FROM (SELECT c.xid FROM offsync.transaction_batch AS c WHERE c.batch = {batch} OFFSET 0) AS c
            CROSS JOIN LATERAL (SELECT * FROM offsync.journal AS j WHERE j.xid = c.xid OFFSET 0) AS j
            WHERE NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
            """;

    private final Database database;
    private final List<SyncedTable> tables;

    public PlainBatch(Database database, List<SyncedTable> tables) {
        this.database = database;
        this.tables = tables;
    }

    /** The parts of a batch that was claimed as one of inserts; nothing where it must go through the outbox. */
    public Optional<List<Inserts>> parts(long batch) throws SQLException {
        var parts = new ArrayList<Inserts>();
        List<long[]> found = database.list(
                "SELECT j.table_id, j.shape_id, count(*), sum(octet_length(j.new_row) + octet_length(j.key) + 50) "
                        + operations(batch) + " GROUP BY 1, 2 ORDER BY 1, 2",
                row -> new long[] {row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)});
        for (long[] part : found) {
            SyncedTable table =
                    tables.stream().filter(t -> t.id() == part[0]).findFirst().orElseThrow();
            if (table.syncColumns() || part[1] != table.shapeId() || known(batch, table) || twice(batch, table)) {
                return Optional.empty();
            }
            parts.add(new Inserts(new Part(table, table.shapeId(), table.columns(), null, "insert"), part[2], part[3]));
        }
        return Optional.of(parts);
    }

    /** Whether the device rests a row of the batch on something already. */
    private boolean known(long batch, SyncedTable table) throws SQLException {
        if (database.number("SELECT count(*) FROM (SELECT FROM " + table.sidecar() + " LIMIT 1) AS found") == 0) {
            return false;
        }
        var key = new KeySql(table.key());
        return database.number("SELECT count(*) FROM (SELECT FROM (" + keys(batch, table) + ") AS s JOIN "
                        + table.sidecar() + " AS v ON " + key.same("v", "s") + " LIMIT 1) AS found")
                > 0;
    }

    /** Whether a row was inserted, deleted and inserted again: what a device only pushes is deleted without a record. */
    private boolean twice(long batch, SyncedTable table) throws SQLException {
        if (table.direction() != Direction.PUSH) {
            return false;
        }
        String aliases = new KeySql(table.key()).aliases("s");
        return database.number("SELECT count(*) FROM (SELECT FROM (" + keys(batch, table) + ") AS s GROUP BY " + aliases
                        + " HAVING count(*) > 1 LIMIT 1) AS found")
                > 0;
    }

    private static String keys(long batch, SyncedTable table) {
        return "SELECT " + new KeySql(table.key()).parsed("j.key") + " " + operations(batch) + " AND j.table_id = "
                + table.id() + " OFFSET 0";
    }

    private static String operations(long batch) {
        return OPERATIONS.replace("{batch}", Long.toString(batch));
    }

    /** The COPY that reads the rows of a part; see {@link PieceSql}. */
    public String copy(Part part, long batch, int layout, String hubClock) {
        String rows =
                "SELECT j.id AS operation, j.key, 0 AS base_version, 1 AS operations, j.changed_at, j.new_row AS row\n"
                        + operations(batch) + " AND j.table_id = "
                        + part.table().id() + " AND j.shape_id = " + part.shapeId();
        return PieceSql.copy(rows, PieceSql.Counts.ONE, part, batch, layout, hubClock);
    }

    /** Notes that something was pushed. */
    public void pushed(List<Inserts> parts) throws SQLException {
        database.update(
                "UPDATE offsync.synced_table SET last_push_at = now() WHERE id = ANY (?::integer[])",
                parts.stream().map(p -> Integer.toString(p.part().table().id())).toList());
    }
}
