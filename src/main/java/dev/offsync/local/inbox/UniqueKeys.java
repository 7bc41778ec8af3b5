package dev.offsync.local.inbox;

import dev.offsync.local.device.DeviceStore;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The unique indexes of a table beside its primary key, and the rows that stand in the way of what came from the hub.
 * Looked at only once a unique violation has been met.
 */
public final class UniqueKeys {
    /**
     * Expressions over unqualified columns, the operators that compare them, the condition of a partial index, and the
     * plain columns among the expressions.
     */
    private record Index(
            String name,
            List<String> expressions,
            List<String> operators,
            String condition,
            List<String> columns,
            boolean nullsEqual,
            boolean immediate) {
        /** The rows of {@code from} that the index holds, with their values as offsync_u1, offsync_u2 … */
        String entries(String from) {
            return "(SELECT own.*, "
                    + IntStream.range(0, expressions.size())
                            .mapToObj(i -> expressions.get(i) + " AS offsync_u" + (i + 1))
                            .collect(Collectors.joining(", "))
                    + " FROM " + from + " AS own WHERE " + condition + ")";
        }

        String sameEntry(String left, String right) {
            return IntStream.range(0, expressions.size())
                    .mapToObj(i -> left + ".offsync_u" + (i + 1) + " " + operators.get(i) + " " + right + ".offsync_u"
                            + (i + 1))
                    .collect(Collectors.joining(" AND "));
        }
    }

    private final Database database;
    private final SyncedTable table;
    private final KeySql key;
    private @Nullable List<Index> late;

    public UniqueKeys(Database database, SyncedTable table) {
        this.database = database;
        this.table = table;
        this.key = new KeySql(table.key());
    }

    /** Whether an application inserted a row that came from the hub, too, after it was looked for. */
    boolean rowsAppeared() throws SQLException {
        return database.number("SELECT count(*) FROM inbox AS s JOIN "
                        + table.name().sql() + " AS t ON "
                        + key.rowSameAsArray("t", "s.key") + " WHERE s.table_id = " + table.id() + " AND " + Inbox.DUE
                        + " AND NOT s.present AND NOT s.deleted")
                > 0;
    }

    /**
     * Holds back the rows whose unique values belong to a local row that stays as it is, and returns the pairs in which the
     * local row has pending work: such a pair is a conflict.
     */
    List<InboxWriter.Blocked> holdBlocked() throws SQLException {
        var blocked = new ArrayList<InboxWriter.Blocked>();
        for (Index index : indexes()) {
            blocked.addAll(database.list(
                    pairs(index),
                    row -> new InboxWriter.Blocked(
                            row.getString(1),
                            row.getString(2),
                            row.getLong(3),
                            DeviceStore.instant(row, 4),
                            row.getString(5),
                            index.name(),
                            index.columns())));
        }
        return blocked;
    }

    /**
     * Takes the values away for the moment that rows about to be written over or deleted have and others of the inbox are to
     * get: NULL in their place where that may be, else a value that nobody has. Columns of foreign keys stay as they are, lest
     * other rows follow.
     *
     * @param sent the columns that came, and are written
     */
    void freeMovingValues(List<String> sent) throws SQLException {
        for (Index index : indexes()) {
            List<String> placeholders = index.immediate() ? placeholders(index, sent) : List.of();
            if (!placeholders.isEmpty()) {
                database.update("""
                        UPDATE {relation} AS t SET {placeholders}
                        FROM (
                            SELECT {key_of_t}
                            FROM {met}
                            JOIN inbox AS o ON {same_t_o}
                            WHERE NOT ({same_t_s})
                              AND o.table_id = {id} AND NOT o.contested AND o.held IS NULL AND o.present
                        ) AS moving
                        WHERE {same_t_moving}
                        """.replace("{relation}", table.name().sql())
                        .replace("{placeholders}", String.join(", ", placeholders))
                        .replace("{met}", met(index))
                        .replace("{key_of_t}", key.selected("t."))
                        .replace("{id}", Integer.toString(table.id()))
                        .replace("{same_t_o}", key.rowSameAsArray("t", "o.key"))
                        .replace("{same_t_s}", key.rowSameAsArray("t", "s.key"))
                        .replace("{same_t_moving}", key.sameAsRow("t", "moving")));
            }
        }
    }

    /** Assignments to the columns of an index that may have another value for the moment, as the hub's placeholders() chooses it. */
    private List<String> placeholders(Index index, List<String> sent) throws SQLException {
        return database.list(
                """
                SELECT format('%I = %s', a.attname, p.value)
                FROM pg_attribute AS a
                CROSS JOIN LATERAL (
                    SELECT (a.atttypmod - 4) >> 16 & 65535 AS digits, (a.atttypmod - 4) & 2047 AS scale
                ) AS size
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN NOT a.attnotnull AND NOT ? THEN 'NULL'
                                WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
                                    THEN format('md5(gen_random_uuid()::text)::%s', format_type(a.atttypid, a.atttypmod))
                                WHEN a.atttypid = 'uuid'::regtype THEN 'gen_random_uuid()'
                                WHEN a.atttypid = 'smallint'::regtype THEN '(-30000 - random() * 2000)::smallint'
                                WHEN a.atttypid = 'integer'::regtype THEN '(-2000000000 - random() * 100000000)::integer'
                                WHEN a.atttypid = 'bigint'::regtype OR a.atttypid = 'numeric'::regtype AND a.atttypmod = -1
                                    THEN '(-4000000000000000 - (random() * 1000000000000)::bigint)'
                                WHEN a.atttypid = 'numeric'::regtype AND size.scale <= size.digits
                                    THEN format('(-round((random() * %s)::numeric, %s))', 10 ^ least(size.digits - size.scale, 15) - 1, size.scale)
                                WHEN a.atttypid = 'date'::regtype THEN '(date ''4000-01-01 BC'' + (random() * 100000)::integer)'
                                WHEN a.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype)
                                    THEN format('(timestamp ''4000-01-01 BC'' + random() * interval ''36500 days'')::%s',
                                                format_type(a.atttypid, a.atttypmod))
                           END AS value
                ) AS p
                WHERE a.attrelid = to_regclass(?) AND a.attname = ANY (?::text[]) AND NOT a.attname = ANY (?::text[])
                  AND a.attname = ANY (?::text[])
                  AND a.attgenerated = '' AND a.attidentity <> 'a' AND p.value IS NOT NULL
                  AND NOT EXISTS (SELECT FROM pg_constraint AS f
                                  WHERE f.contype = 'f'
                                    AND (f.conrelid = a.attrelid AND a.attnum = ANY (f.conkey)
                                         OR f.confrelid = a.attrelid AND a.attnum = ANY (f.confkey)))
                ORDER BY a.attnum
                """,
                row -> row.getString(1),
                index.nullsEqual(),
                table.name().sql(),
                index.columns(),
                table.key().stream().map(KeyColumn::name).toList(),
                sent);
    }

    /** SQL: rows s of the inbox that are to be written, their new values n, and the rows t that have these values here. */
    private String met(Index index) {
        return """
                (SELECT s.ordinal, s.key, s.row::{relation} AS r FROM inbox AS s
                 WHERE s.table_id = {id} AND {due} AND NOT s.deleted OFFSET 0) AS s
                CROSS JOIN LATERAL {arriving} AS n
                JOIN {present} AS t ON {same_entry}""".replace("{relation}", table.name().sql())
                .replace("{id}", Integer.toString(table.id()))
                .replace("{due}", Inbox.DUE)
                .replace("{arriving}", index.entries("(SELECT (s.r).*)"))
                .replace("{present}", index.entries(table.name().sql()))
                .replace("{same_entry}", index.sameEntry("n", "t"));
    }

    private String pairs(Index index) {
        return """
                WITH pair AS MATERIALIZED (
                    SELECT s.ordinal, {key_of_t} AS local_key, {key_of_n} AS arriving_key
                    FROM {met}
                    WHERE NOT ({same_row})
                      AND NOT EXISTS (SELECT FROM inbox AS o
                                      WHERE o.table_id = {id} AND NOT o.contested AND o.held IS NULL AND {same_t_o})
                ), held AS (
                    UPDATE inbox AS h SET held = 'unique_violation' FROM pair AS p WHERE h.ordinal = p.ordinal
                )
                SELECT p.local_key, p.arriving_key, s.version, s.changed_at, s.row
                FROM pair AS p
                JOIN inbox AS s ON s.ordinal = p.ordinal
                WHERE EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = {id} AND u.key = p.local_key)
                ORDER BY p.local_key, p.arriving_key
                """.replace("{met}", met(index))
                .replace("{id}", Integer.toString(table.id()))
                .replace("{same_row}", key.rowSameAsArray("t", "s.key"))
                .replace("{same_t_o}", key.rowSameAsArray("t", "o.key"))
                .replace("{key_of_t}", key.textOfRow("t"))
                .replace("{key_of_n}", key.textOfRow("n"));
    }

    /**
     * As {@link #refuseDuplicatesOf}, of the rows that came with the inbox and were written; also where PostgreSQL would find
     * out by itself, at the commit, which is too late. Rows that are yet to be deleted do not count.
     */
    void refuseDuplicates() throws SQLException {
        refuse("true", "inbox AS s", key.rowSameAsArray("n", "s.key"), key.rowSameAsArray("t", "s.key"), """
                 AND s.table_id = {id} AND NOT s.deleted AND {due}
                 AND NOT EXISTS (SELECT FROM inbox AS d WHERE d.table_id = {id} AND d.deleted AND d.present
                                 AND NOT d.contested AND d.held IS NULL AND {same_t_d})
                """.replace(
                        "{id}", Integer.toString(table.id()))
                .replace("{due}", Inbox.DUE)
                .replace("{same_t_d}", key.rowSameAsArray("t", "d.key")));
    }

    /**
     * Raises what PostgreSQL would raise if its triggers were not off: in the replica role nobody looks after a constraint
     * that may be deferred, and two rows would have one value.
     */
    public void refuseDuplicatesOf(List<String> recordIds) throws SQLException {
        refuse(
                "current_setting('session_replication_role') = 'replica'",
                key.ofArguments() + " AS s",
                key.sameAsRow("n", "s"),
                key.sameAsRow("t", "s"),
                "",
                recordIds);
    }

    private void refuse(
            String needed, String source, String written, String same, String due, @Nullable Object... arguments)
            throws SQLException {
        for (Index index : late()) {
            boolean twice = database.first(
                            "SELECT " + needed + " AND EXISTS (SELECT FROM " + source + " JOIN "
                                    + index.entries(table.name().sql()) + " AS n ON " + written
                                    + " JOIN " + index.entries(table.name().sql()) + " AS t ON "
                                    + index.sameEntry("n", "t") + " WHERE NOT (" + same + ")" + due + ")",
                            row -> row.getBoolean(1),
                            arguments)
                    .orElse(false);
            if (twice) {
                throw new SQLException(
                        "duplicate key value violates unique constraint \"" + index.name() + "\"", "23505");
            }
        }
    }

    private List<Index> late() throws SQLException {
        List<Index> known = late;
        if (known == null) {
            known = indexes().stream().filter(index -> !index.immediate()).toList();
            late = known;
        }
        return known;
    }

    private List<Index> indexes() throws SQLException {
        return database.list(
                """
                SELECT (SELECT c.relname FROM pg_class AS c WHERE c.oid = i.indexrelid),
                       ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts) AS k),
                       ARRAY(SELECT CASE WHEN i.indnullsnotdistinct THEN 'IS NOT DISTINCT FROM'
                                         ELSE format('OPERATOR(%I.%s)', n.nspname, o.oprname) END
                             FROM generate_series(1, i.indnkeyatts) AS k
                             JOIN pg_opclass AS c ON c.oid = i.indclass[k - 1]
                             JOIN pg_amop AS op ON op.amopfamily = c.opcfamily AND op.amopstrategy = 3
                                  AND op.amoplefttype = c.opcintype AND op.amoprighttype = c.opcintype
                             JOIN pg_operator AS o ON o.oid = op.amopopr
                             JOIN pg_namespace AS n ON n.oid = o.oprnamespace
                             ORDER BY k),
                       coalesce(pg_get_expr(i.indpred, i.indrelid), 'true'),
                       ARRAY(SELECT a.attname::text
                             FROM unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, position)
                             JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                             WHERE k.position <= i.indnkeyatts AND k.attnum > 0
                             ORDER BY k.position),
                       i.indnullsnotdistinct,
                       i.indimmediate
                FROM pg_index AS i
                WHERE i.indrelid = to_regclass(?) AND i.indisunique AND NOT i.indisprimary
                ORDER BY i.indexrelid
                """,
                row -> new Index(
                        row.getString(1),
                        SqlArray.texts(row.getArray(2)),
                        SqlArray.texts(row.getArray(3)),
                        row.getString(4),
                        SqlArray.texts(row.getArray(5)),
                        row.getBoolean(6),
                        row.getBoolean(7)),
                table.name().sql());
    }
}
