package dev.offsync.local;

import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The unique indexes of a table beside its primary key, and the rows that stand in the way of what came from the hub.
 * Looked at only once a unique violation has been met.
 */
final class UniqueKeys {
    /** Expressions over unqualified columns, the operators that compare them, and the condition of a partial index. */
    private record Index(List<String> expressions, List<String> operators, String condition) {
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

    UniqueKeys(Database database, SyncedTable table) {
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

    /** Holds back the rows whose unique values belong to a local row that stays as it is. */
    void holdBlocked() throws SQLException {
        String relation = table.name().sql();
        for (Index index : indexes()) {
            database.update("""
                    UPDATE inbox AS held
                    SET held = 'unique_violation'
                    FROM (SELECT s.ordinal, s.key, s.row::{relation} AS r FROM inbox AS s
                          WHERE s.table_id = {id} AND {due} AND NOT s.deleted OFFSET 0) AS s
                    CROSS JOIN LATERAL {arriving} AS n
                    JOIN {present} AS t ON {same_entry}
                    WHERE held.ordinal = s.ordinal AND NOT ({same_row})
                      AND NOT EXISTS (SELECT FROM inbox AS o
                                      WHERE o.table_id = {id} AND NOT o.contested AND o.held IS NULL AND {same_t_o})
                    """.replace("{relation}", relation)
                    .replace("{id}", Integer.toString(table.id()))
                    .replace("{due}", Inbox.DUE)
                    .replace("{arriving}", index.entries("(SELECT (s.r).*)"))
                    .replace("{present}", index.entries(relation))
                    .replace("{same_entry}", index.sameEntry("n", "t"))
                    .replace("{same_row}", key.rowSameAsArray("t", "s.key"))
                    .replace("{same_t_o}", key.rowSameAsArray("t", "o.key")));
        }
    }

    private List<Index> indexes() throws SQLException {
        return database.list(
                """
                SELECT ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, false) FROM generate_series(1, i.indnkeyatts) AS k),
                       ARRAY(SELECT CASE WHEN i.indnullsnotdistinct THEN 'IS NOT DISTINCT FROM'
                                         ELSE format('OPERATOR(%I.%s)', n.nspname, o.oprname) END
                             FROM generate_series(1, i.indnkeyatts) AS k
                             JOIN pg_opclass AS c ON c.oid = i.indclass[k - 1]
                             JOIN pg_amop AS op ON op.amopfamily = c.opcfamily AND op.amopstrategy = 3
                                  AND op.amoplefttype = c.opcintype AND op.amoprighttype = c.opcintype
                             JOIN pg_operator AS o ON o.oid = op.amopopr
                             JOIN pg_namespace AS n ON n.oid = o.oprnamespace
                             ORDER BY k),
                       coalesce(pg_get_expr(i.indpred, i.indrelid), 'true')
                FROM pg_index AS i
                WHERE i.indrelid = to_regclass(?) AND i.indisunique AND NOT i.indisprimary
                ORDER BY i.indexrelid
                """,
                row -> new Index(
                        SyncedTables.texts(row.getArray(1)), SyncedTables.texts(row.getArray(2)), row.getString(3)),
                table.name().sql());
    }
}
