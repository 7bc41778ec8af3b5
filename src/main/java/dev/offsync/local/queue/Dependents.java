package dev.offsync.local.queue;

import dev.offsync.pg.Database;
import dev.offsync.pg.ForeignKeySql;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pending operations that reference a row whose insert waits: on the hub they would hang in the air, or attach to the
 * stranger's row that the insert is in conflict with.
 */
final class Dependents {
    private record Reference(int child, int parent, List<String> childColumns, List<String> parentColumns) {}

    private final Database database;

    Dependents(Database database) {
        this.database = database;
    }

    /**
     * Sets operations aside and returns their number. What a conflict holds back is the operation alone; what waits for
     * a rejected one does so with its whole transaction.
     */
    long park() throws SQLException {
        long parked = 0;
        for (Reference reference : references()) {
            parked += park(reference);
        }
        return parked;
    }

    /** Foreign keys that point at a table with an insert that waits. */
    private List<Reference> references() throws SQLException {
        return database.list(
                """
                SELECT child.id, parent.id,
                       {child_columns},
                       {parent_columns}
                FROM pg_constraint AS f
                JOIN offsync.synced_table AS child
                  ON f.conrelid = to_regclass(format('%I.%I', child.schema_name, child.relation_name))
                JOIN offsync.synced_table AS parent
                  ON f.confrelid = to_regclass(format('%I.%I', parent.schema_name, parent.relation_name))
                WHERE f.contype = 'f'
                  AND EXISTS (SELECT FROM offsync.operation_state AS o
                              JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                              WHERE o.table_id = parent.id AND o.state IN ('pending', 'failed', 'conflict')
                                AND j.operation = 'I')
                """.replace("{child_columns}", ForeignKeySql.CHILD_COLUMNS)
                        .replace("{parent_columns}", ForeignKeySql.PARENT_COLUMNS),
                row -> new Reference(
                        row.getInt(1),
                        row.getInt(2),
                        SqlArray.texts(row.getArray(3)),
                        SqlArray.texts(row.getArray(4))));
    }

    private long park(Reference reference) throws SQLException {
        return database.update(
                """
                WITH held AS MATERIALIZED (
                    SELECT o.operation_id, coalesce(o.parked_by, o.operation_id) AS culprit, {row} AS row
                    FROM offsync.operation_state AS o
                    JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                    JOIN offsync.shape AS p ON p.id = j.shape_id
                    WHERE o.table_id = ? AND o.state IN ('pending', 'failed', 'conflict') AND j.operation = 'I'
                ), unclaimed AS MATERIALIZED (
                    SELECT j.id, j.xid, {row} AS row
                    FROM offsync.journal AS j
                    JOIN offsync.shape AS p ON p.id = j.shape_id
                    WHERE {unclaimed}
                      AND j.table_id = ? AND j.new_row IS NOT NULL
                      AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
                ), dependent AS (
                    SELECT u.id, u.xid, h.culprit, culprit.state = 'conflict' AS alone
                    FROM held AS h
                    JOIN offsync.operation_state AS culprit ON culprit.operation_id = h.culprit
                    JOIN unclaimed AS u ON u.id > h.operation_id AND {references}
                ), set_aside AS (
                    INSERT INTO offsync.transaction_batch (xid, batch)
                    SELECT DISTINCT xid, 0 FROM dependent WHERE NOT alone
                    ON CONFLICT DO NOTHING
                )
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, parked_by)
                SELECT DISTINCT ON (j.id) j.id, j.xid, j.table_id, j.key, 'pending', d.culprit
                FROM dependent AS d
                JOIN offsync.journal AS j ON j.xid = d.xid AND (NOT d.alone OR j.id = d.id)
                ORDER BY j.id, d.culprit
                ON CONFLICT DO NOTHING
                """.replace("{unclaimed}", Queue.UNCLAIMED)
                        .replace("{row}", Parking.NEW_ROW)
                        .replace("{references}", equalities(reference)),
                arguments(reference));
    }

    private static String equalities(Reference reference) {
        return IntStream.range(0, reference.childColumns().size())
                .mapToObj(i -> "u.row ->> ? = h.row ->> ?")
                .collect(Collectors.joining(" AND "));
    }

    private static Object[] arguments(Reference reference) {
        var arguments = new ArrayList<Object>();
        Collections.addAll(arguments, reference.parent(), reference.child());
        for (int i = 0; i < reference.childColumns().size(); i++) {
            Collections.addAll(
                    arguments,
                    reference.childColumns().get(i),
                    reference.parentColumns().get(i));
        }
        return arguments.toArray();
    }
}
