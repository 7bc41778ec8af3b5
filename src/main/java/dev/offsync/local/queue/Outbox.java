package dev.offsync.local.queue;

import dev.offsync.local.device.SyncedTables;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlLiteral;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batch in hand: its operations coalesced to one row each, in a temporary table. Made from the journal alone, so it
 * comes out the same when a batch is taken up again after a crash.
 */
public final class Outbox {
    /**
     * Rows of one table that were captured with the same columns, and so travel alike.
     *
     * @param plain "insert", "update" or "delete", as all of these rows are; an empty string where the batch has a row that
     *     the device does not know the version of
     */
    public record Part(
            SyncedTable table,
            int shapeId,
            List<String> columns,
            @Nullable String drift,
            String plain) {}

    private static final String KIND =
            "CASE WHEN o.row IS NULL THEN 'delete' WHEN o.base_version = 0 THEN 'insert' ELSE 'update' END";

    /** A row that was there before offsync may be on the hub, too: its deletion does not cancel what stands for it. */
    private static final String OLD_ROW = """
            CASE WHEN o.old_row IS NULL AND o.new_row IS NOT NULL
                      AND o.id <= (SELECT existing_up_to FROM offsync.synced_table WHERE id = {table_id}) THEN ''
                 ELSE o.old_row END""";

    /** From so many tables on, indexes cost less than to read all of the batch for each of them. */
    private static final int MANY_TABLES = 4;

    private static final String BY_TABLE = """
            CREATE INDEX IF NOT EXISTS outbox_operation_table ON outbox_operation (table_id);
            CREATE INDEX IF NOT EXISTS outbox_table ON outbox (table_id)
            """;

    private final Database database;
    private final List<SyncedTable> tables;

    public Outbox(Database database, List<SyncedTable> tables) {
        this.database = database;
        this.tables = tables;
    }

    /** Fills the table with {@code batch} and returns the number of operations that went into it. */
    public long fill(long batch) throws SQLException {
        database.execute("""
                CREATE TEMP TABLE IF NOT EXISTS outbox (
                    operation    bigint NOT NULL,
                    table_id     integer NOT NULL,
                    shape_id     integer NOT NULL,
                    columns      jsonb,
                    key          text[] NOT NULL,
                    record_id    text NOT NULL,
                    base_version bigint NOT NULL,
                    operations   integer NOT NULL,
                    changed_at   timestamptz NOT NULL,
                    row          text
                );
                CREATE TEMP TABLE IF NOT EXISTS outbox_operation (
                    id bigint NOT NULL, xid xid8 NOT NULL, table_id integer NOT NULL, shape_id integer NOT NULL, columns jsonb, key text,
                    old_row text, new_row text, changed_at timestamptz NOT NULL
                );
                TRUNCATE outbox, outbox_operation
                """);
        long operations = database.update("""
                INSERT INTO outbox_operation
                SELECT j.id, j.xid, j.table_id, j.shape_id, j.columns, j.key, j.old_row, j.new_row, j.changed_at
                FROM (SELECT c.xid FROM offsync.transaction_batch AS c WHERE c.batch = ? OFFSET 0) AS c
                CROSS JOIN LATERAL (SELECT * FROM offsync.journal AS j WHERE j.xid = c.xid OFFSET 0) AS j
                WHERE NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
                UNION ALL
                SELECT j.id, j.xid, j.table_id, j.shape_id, j.columns, j.key, j.old_row, j.new_row, j.changed_at
                FROM offsync.operation_state AS o
                JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                WHERE o.batch = ? AND o.state = 'pending'
                """, batch, batch);
        // The texts of the rows are no use to the planner, and most of what there is to read.
        database.execute("ANALYZE outbox_operation (id, table_id)");
        List<SyncedTable> touched = touched();
        if (touched.size() >= MANY_TABLES) {
            database.execute(BY_TABLE);
        }
        new Decisions(database).replace(touched);
        for (SyncedTable table : touched) {
            coalesce(table);
        }
        database.execute("ANALYZE outbox (operation, table_id, shape_id, base_version)");
        return operations;
    }

    private List<SyncedTable> touched() throws SQLException {
        List<Integer> ids =
                database.list("SELECT DISTINCT table_id FROM outbox_operation ORDER BY 1", row -> row.getInt(1));
        return tables.stream().filter(table -> ids.contains(table.id())).toList();
    }

    /**
     * Operations on one row become one. Firing order says nothing (an application's row trigger puts its own update before
     * the insert), but each operation leads from one image of the row to another, so over all of them the first image is
     * the one that no operation led to, and the last the one that none started from; an absent row is an image, too.
     */
    private void coalesce(SyncedTable table) throws SQLException {
        String twice = sql("""
                SELECT count(*)
                FROM (SELECT FROM ({operation}) AS o GROUP BY {k} HAVING count(*) > 1 LIMIT 1) AS found
                """, table);
        database.update(
                sql("""
                {changes}
                INSERT INTO outbox (operation, table_id, shape_id, columns, key, record_id, base_version, operations,
                                    changed_at, row)
                SELECT c.first_id, {table_id}, c.shape_id, c.columns, {key_array}, {key_text},
                       coalesce(v.version, CASE WHEN c.old_row IS NULL OR c.old_row = '' AND c.new_row IS NOT NULL THEN 0
                                                WHEN c.old_row = '' THEN -1
                                                ELSE 1 END), c.operations, c.changed_at,
                       c.new_row
                FROM change AS c
                LEFT JOIN {sidecar} AS v ON {same_v_c}
                """.replace("{changes}", database.number(twice) == 0 ? CHANGED_ONCE : CHANGED_AGAIN), table));
    }

    /** Where no row was changed twice there is nothing to compare. */
    private static final String CHANGED_ONCE = """
            WITH change AS (
                SELECT o.*, o.id AS first_id, 1 AS operations FROM ({operation}) AS o
            )""";

    private static final String CHANGED_AGAIN = """
            WITH operation AS MATERIALIZED (
                {operation}
            ), touched AS MATERIALIZED (
                SELECT {k}, count(*) AS operations, min(id) AS first_id, max(changed_at) AS changed_at
                FROM operation
                GROUP BY {k}
            ), image AS (
                SELECT {t.k}, e.image, o.shape_id, o.columns, sum(e.weight) AS weight, max(o.id) AS last_id,
                       min(o.id) AS first_id
                FROM touched AS t
                JOIN operation AS o ON {same_o_t}
                CROSS JOIN LATERAL (VALUES (o.new_row, 1), ({old_row}, -1)) AS e(image, weight)
                WHERE t.operations > 1
                GROUP BY {t.k}, e.image, o.shape_id, o.columns
                HAVING sum(e.weight) <> 0
            ), final AS (
                SELECT DISTINCT ON ({k}) * FROM image WHERE weight > 0 ORDER BY {k}, last_id DESC
            ), initial AS (
                SELECT DISTINCT ON ({k}) * FROM image WHERE weight < 0 ORDER BY {k}, first_id
            ), change AS (
                SELECT {t.k}, t.first_id, t.operations, t.changed_at, o.shape_id, o.columns,
                       o.old_row, o.new_row
                FROM touched AS t
                JOIN operation AS o ON o.id = t.first_id
                WHERE t.operations = 1
                UNION ALL
                SELECT {t.k}, t.first_id, t.operations, t.changed_at, f.shape_id, f.columns, i.image, f.image
                FROM touched AS t
                JOIN final AS f ON {same_f_t}
                LEFT JOIN initial AS i ON {same_i_t}
            )""";

    private static String sql(String template, SyncedTable table) {
        var key = new KeySql(table.key());
        return template.replace(
                        "{operation}",
                        "SELECT o.*, {parsed_key} FROM outbox_operation AS o WHERE o.table_id = {table_id}")
                .replace("{old_row}", OLD_ROW)
                .replace("{parsed_key}", key.parsed("o.key"))
                .replace("{table_id}", Integer.toString(table.id()))
                .replace("{k}", key.aliases())
                .replace("{t.k}", key.aliases("t"))
                .replace("{same_o_t}", key.same("o", "t"))
                .replace("{same_f_t}", key.same("f", "t"))
                .replace("{same_i_t}", key.same("i", "t"))
                .replace("{same_v_c}", key.same("v", "c"))
                .replace("{key_array}", key.array("c"))
                .replace("{key_text}", key.text("c"))
                .replace("{sidecar}", table.sidecar());
    }

    /** The parts of the batch, one for each table and list of columns; of a plain one, what is deleted goes first. */
    public List<Part> parts() throws SQLException {
        var registry = new SyncedTables(database);
        String kind = isPlain() ? KIND : "''";
        return database.list(
                "SELECT p.* FROM (SELECT DISTINCT o.table_id, o.shape_id, o.columns::text, " + kind
                        + " AS kind FROM outbox AS o) AS p ORDER BY 1, 2, 3, kind = 'insert', kind",
                row -> {
                    SyncedTable table = table(row.getInt(1));
                    String drift = row.getString(3);
                    int shape = row.getInt(2);
                    List<String> columns = drift != null
                            ? JsonText.parseArray(drift)
                            : shape == table.shapeId() ? table.columns() : registry.shape(shape);
                    return new Part(table, shape, columns, drift, row.getString(4));
                });
    }

    private SyncedTable table(int id) {
        return tables.stream().filter(t -> t.id() == id).findFirst().orElseThrow();
    }

    /**
     * The operation to blame where the hub refuses the row that begins with {@code operation}; 0 where several
     * transactions made the row what it is, and each must be tried by itself. In a lot of what was rejected before and
     * what waits for that, it is the one that was rejected.
     */
    public long culprit(long operation) throws SQLException {
        return database.first("""
                        WITH row AS (
                            SELECT o.id, o.xid
                            FROM outbox AS r
                            JOIN outbox_operation AS o ON o.table_id = r.table_id AND o.key = r.record_id
                            WHERE r.operation = ?
                        )
                        SELECT CASE WHEN (SELECT count(DISTINCT xid) FROM row) <= 1 THEN ?
                                    ELSE coalesce((SELECT min(s.operation_id)
                                                   FROM outbox_operation AS o
                                                   JOIN offsync.operation_state AS s ON s.operation_id = o.id
                                                   WHERE s.retry_count > 0), 0) END
                        """, row -> row.getLong(1), operation, operation).orElse(0L);
    }

    /** Whom to blame where nothing says which row it is: a single transaction, or what was rejected before; else 0. */
    public long suspect() throws SQLException {
        return database.number("""
                SELECT CASE WHEN count(DISTINCT o.xid) = 1 THEN min(o.id)
                            ELSE coalesce(min(o.id) FILTER (WHERE s.retry_count > 0), 0) END
                FROM outbox_operation AS o
                LEFT JOIN offsync.operation_state AS s ON s.operation_id = o.id
                """);
    }

    public long operations() throws SQLException {
        return database.number("SELECT count(*) FROM outbox_operation");
    }

    public long rows() throws SQLException {
        return database.number("SELECT count(*) FROM outbox");
    }

    /** Whether all that the batch updates and deletes are rows of a version that is known. */
    private boolean isPlain() throws SQLException {
        return database.number("SELECT count(*) FROM (SELECT FROM outbox"
                        + " WHERE base_version < 0 OR base_version = 0 AND row IS NULL LIMIT 1) AS found")
                == 0;
    }

    /** About how many bytes the rows are. */
    public long bytes() throws SQLException {
        return database.number("SELECT sum(coalesce(octet_length(row), 0) + octet_length(record_id) + 50) FROM outbox");
    }

    /** The COPY that reads a part in pieces; see {@link PieceSql}. */
    public String copy(Part part, long batch, int layout, String hubClock) {
        String rows = """
                SELECT o.operation, o.record_id AS key, o.base_version, o.operations, o.changed_at, o.row
                FROM outbox AS o
                WHERE o.table_id = %d AND o.shape_id = %d AND o.columns IS NOT DISTINCT FROM %s::jsonb AND %s
                ORDER BY o.operation
                """.formatted(
                        part.table().id(),
                        part.shapeId(),
                        part.drift() == null ? "NULL" : SqlLiteral.of(part.drift()),
                        part.plain().isEmpty() ? "true" : KIND + " = '" + part.plain() + "'");
        return PieceSql.copy(rows, PieceSql.Counts.LISTED, part, batch, layout, hubClock);
    }
}
