package dev.offsync.local.queue;

import dev.offsync.local.queue.Outbox.Part;
import dev.offsync.model.Direction;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A batch that changes each of its rows once: there is nothing to coalesce, and it goes as the journal has it. Where the
 * hub has something to say about one of its rows, the {@link Outbox} is filled after all.
 */
public final class PlainBatch {
    /** A part, the number of its rows, and about how many bytes they are. */
    public record Rows(Part part, long rows, long bytes) {}

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

    /** The parts of a batch that was claimed as a plain one; nothing where it must go through the outbox. */
    public Optional<List<Rows>> parts(long batch) throws SQLException {
        var parts = new ArrayList<Rows>();
        for (Found found : found(batch)) {
            SyncedTable table = tables.stream()
                    .filter(t -> t.id() == found.table())
                    .findFirst()
                    .orElseThrow();
            if (table.syncColumns() || found.shape() != table.shapeId()) {
                return Optional.empty();
            }
            var part = new Part(table, table.shapeId(), table.columns(), null, found.kind());
            parts.add(new Rows(part, found.rows(), found.bytes()));
        }
        for (SyncedTable table :
                parts.stream().map(p -> p.part().table()).distinct().toList()) {
            boolean onlyInserts = parts.stream()
                    .filter(p -> p.part().table().equals(table))
                    .allMatch(p -> p.part().plain().equals("insert"));
            if (onlyInserts ? known(batch, table) || again(batch, table) : hasOther(batch, table)) {
                return Optional.empty();
            }
        }
        return decided(batch) ? Optional.empty() : Optional.of(parts);
    }

    private record Found(int table, int shape, String kind, long rows, long bytes) {}

    /** The order within a table is that in which the hub is to write: what is deleted leaves its unique values to others. */
    private List<Found> found(long batch) throws SQLException {
        return database.list(
                """
                SELECT j.table_id, j.shape_id,
                       CASE j.operation WHEN 'I' THEN 'insert' WHEN 'U' THEN 'update' ELSE 'delete' END,
                       count(*), sum(coalesce(octet_length(j.new_row), 0) + octet_length(j.key) + 50)
                {operations} GROUP BY j.table_id, j.shape_id, j.operation
                ORDER BY j.table_id, j.shape_id, j.operation = 'I', j.operation
                """.replace("{operations}", operations(batch)),
                row -> new Found(row.getInt(1), row.getInt(2), row.getString(3), row.getLong(4), row.getLong(5)));
    }

    /** Whether the device rests a row of the batch on something already. */
    private boolean known(long batch, SyncedTable table) throws SQLException {
        return database.number("SELECT count(*) FROM (SELECT FROM " + table.sidecar() + " LIMIT 1) AS found") > 0
                && any("SELECT FROM (" + keys(batch, table) + ") AS s JOIN " + table.sidecar() + " AS v ON "
                        + new KeySql(table.key()).same("v", "s"));
    }

    /** Whether a row was inserted, deleted and inserted again: what a device only pushes is deleted without a record. */
    private boolean again(long batch, SyncedTable table) throws SQLException {
        return table.direction() == Direction.PUSH
                && any("SELECT FROM (" + keys(batch, table) + ") AS s GROUP BY " + new KeySql(table.key()).aliases("s")
                        + " HAVING count(*) > 1");
    }

    /** Whether a row was changed twice, or rests on something else than its operation says. */
    private boolean hasOther(long batch, SyncedTable table) throws SQLException {
        var key = new KeySql(table.key());
        return any("SELECT FROM (" + keys(batch, table) + ") AS s LEFT JOIN " + table.sidecar() + " AS v ON "
                + key.same("v", "s") + " GROUP BY " + key.aliases("s")
                + " HAVING count(*) > 1 OR bool_or(CASE WHEN s.operation = 'I' THEN v.version IS NOT NULL"
                + " ELSE v.version <= 0 END)");
    }

    /** Whether somebody decided that a row of the batch stands over another one of the hub. */
    private boolean decided(long batch) throws SQLException {
        return any("SELECT FROM offsync.decision AS d JOIN offsync.transaction_batch AS c ON c.xid = d.xid"
                + " WHERE c.batch = " + batch);
    }

    private boolean any(String query) throws SQLException {
        return database.number("SELECT count(*) FROM (" + query + " LIMIT 1) AS found") > 0;
    }

    private static String keys(long batch, SyncedTable table) {
        return "SELECT j.operation, " + new KeySql(table.key()).parsed("j.key") + " " + operations(batch)
                + " AND j.table_id = " + table.id() + " OFFSET 0";
    }

    private static String operations(long batch) {
        return OPERATIONS.replace("{batch}", Long.toString(batch));
    }

    private static String ofPart(Part part, long batch) {
        return operations(batch) + " AND j.table_id = " + part.table().id() + " AND j.shape_id = " + part.shapeId()
                + " AND j.operation = upper(left('" + part.plain() + "', 1))::\"char\"";
    }

    /** The COPY that reads the rows of a part; see {@link PieceSql}. */
    public String copy(Part part, long batch, int layout, String hubClock) {
        var key = new KeySql(part.table().key());
        String rows = part.plain().equals("insert")
                ? "SELECT j.id AS operation, j.key, 0 AS base_version, 1 AS operations, j.changed_at, j.new_row AS row\n"
                        + ofPart(part, batch)
                : """
                SELECT s.id AS operation, s.key, coalesce(v.version, 1) AS base_version, 1 AS operations, s.changed_at,
                       s.new_row AS row
                FROM (SELECT j.id, j.key, j.changed_at, j.new_row, {parsed_key} {operations} OFFSET 0) AS s
                LEFT JOIN {sidecar} AS v ON {same_v_s}
                """.replace("{parsed_key}", key.parsed("j.key"))
                        .replace("{operations}", ofPart(part, batch))
                        .replace("{sidecar}", part.table().sidecar())
                        .replace("{same_v_s}", key.same("v", "s"));
        return PieceSql.copy(rows, PieceSql.Counts.ONE, part, batch, layout, hubClock);
    }

    /**
     * Writes down the versions that the rows rest on once the hub has all of the batch.
     *
     * @param floors above which the versions of new rows begin, by the hub's number of the table
     */
    public void rest(List<Rows> parts, long batch, Map<Integer, Long> floors) throws SQLException {
        for (Rows rows : parts) {
            Part part = rows.part();
            Long floor = floors.get(part.table().hubTable());
            switch (part.plain()) {
                case "update" -> rest(part, batch, RAISE);
                case "delete" -> rest(part, batch, FORGET);
                default -> {
                    // A row on version 1 needs no entry.
                    if (floor != null) {
                        rest(part, batch, BEGIN.replace("{version}", Long.toString(floor + 1)));
                    }
                }
            }
        }
    }

    private void rest(Part part, long batch, String statement) throws SQLException {
        var key = new KeySql(part.table().key());
        database.update(statement
                .replace("{sidecar}", part.table().sidecar())
                .replace("{parsed_key}", key.parsed("j.key"))
                .replace("{operations}", ofPart(part, batch))
                .replace("{same_v_s}", key.same("v", "s"))
                .replace("{k}", key.aliases())
                .replace("{s.k}", key.aliases("s")));
    }

    private static final String BEGIN = """
            INSERT INTO {sidecar} ({k}, version)
            SELECT {s.k}, {version} FROM (SELECT {parsed_key} {operations} OFFSET 0) AS s
            """;

    private static final String RAISE = """
            MERGE INTO {sidecar} AS v
            USING (SELECT {parsed_key} {operations} OFFSET 0) AS s ON {same_v_s}
            WHEN MATCHED THEN UPDATE SET version = v.version + 1, synced_at = now()
            WHEN NOT MATCHED THEN INSERT ({k}, version) VALUES ({s.k}, 2)
            """;

    private static final String FORGET = """
            DELETE FROM {sidecar} AS v
            USING (SELECT {parsed_key} {operations} OFFSET 0) AS s
            WHERE {same_v_s}
            """;
}
