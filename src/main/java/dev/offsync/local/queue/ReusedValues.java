package dev.offsync.local.queue;

import dev.offsync.pg.Database;
import dev.offsync.pg.SqlArray;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Pending operations that give a row a unique value which another row gave up in an operation that waits: on the hub that
 * other row still has it.
 */
final class ReusedValues {
    private record UniqueKey(int table, List<String> columns) {}

    private final Database database;

    ReusedValues(Database database) {
        this.database = database;
    }

    /** Sets whole transactions aside and returns the number of their operations. */
    long park() throws SQLException {
        long parked = 0;
        for (UniqueKey key : keys()) {
            parked += park(key);
        }
        return parked;
    }

    /** Unique keys, the primary one apart, of tables in which an operation waits that may have given a value up. */
    private List<UniqueKey> keys() throws SQLException {
        return database.list("""
                SELECT t.id, ARRAY(SELECT a.attname::text FROM pg_attribute AS a
                                   WHERE a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[])
                                   ORDER BY a.attnum)
                FROM offsync.synced_table AS t
                JOIN pg_index AS i ON i.indrelid = to_regclass(format('%I.%I', t.schema_name, t.relation_name))
                WHERE i.indisunique AND NOT i.indisprimary AND 0 <> ALL (i.indkey::smallint[]) AND i.indnatts = i.indnkeyatts
                  AND EXISTS (SELECT FROM offsync.operation_state AS o
                              JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                              WHERE o.table_id = t.id AND o.state IN ('pending', 'failed') AND j.old_row IS NOT NULL)
                """, row -> new UniqueKey(row.getInt(1), SqlArray.texts(row.getArray(2))));
    }

    private long park(UniqueKey key) throws SQLException {
        return database.update(
                """
                WITH held AS MATERIALIZED (
                    SELECT j.id, coalesce(o.parked_by, o.operation_id) AS culprit, j.key, {old} AS before, {new} AS after
                    FROM offsync.operation_state AS o
                    JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
                    JOIN offsync.shape AS p ON p.id = j.shape_id
                    JOIN offsync.operation_state AS c ON c.operation_id = coalesce(o.parked_by, o.operation_id)
                    WHERE o.table_id = ? AND o.state IN ('pending', 'failed') AND c.state IN ('pending', 'failed')
                      AND j.old_row IS NOT NULL
                ), unclaimed AS MATERIALIZED (
                    SELECT j.id, j.xid, j.key, {new} AS after
                    FROM offsync.journal AS j
                    JOIN offsync.shape AS p ON p.id = j.shape_id
                    WHERE {unclaimed}
                      AND j.table_id = ? AND j.new_row IS NOT NULL
                      AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
                ), dependent AS (
                    SELECT u.xid, min(h.culprit) AS culprit
                    FROM held AS h
                    JOIN unclaimed AS u ON u.id > h.id AND u.key <> h.key AND {reused}
                    WHERE h.after IS NULL OR NOT ({kept})
                    GROUP BY u.xid
                ), set_aside AS (
                    INSERT INTO offsync.transaction_batch (xid, batch)
                    SELECT xid, 0 FROM dependent
                    ON CONFLICT DO NOTHING
                )
                INSERT INTO offsync.operation_state (operation_id, xid, table_id, key, state, parked_by)
                SELECT j.id, j.xid, j.table_id, j.key, 'pending', d.culprit
                FROM dependent AS d
                JOIN offsync.journal AS j ON j.xid = d.xid
                ON CONFLICT DO NOTHING
                """.replace("{unclaimed}", Queue.UNCLAIMED)
                        .replace("{old}", Parking.OLD_ROW)
                        .replace("{new}", Parking.NEW_ROW)
                        .replace("{reused}", each(key, "u.after ->> ? = h.before ->> ?"))
                        .replace("{kept}", each(key, "h.after ->> ? IS NOT DISTINCT FROM h.before ->> ?")),
                arguments(key));
    }

    private static String each(UniqueKey key, String condition) {
        return IntStream.range(0, key.columns().size()).mapToObj(i -> condition).collect(Collectors.joining(" AND "));
    }

    private static Object[] arguments(UniqueKey key) {
        var arguments = new ArrayList<Object>();
        Collections.addAll(arguments, key.table(), key.table());
        for (int twice = 0; twice < 2; twice++) {
            for (String column : key.columns()) {
                Collections.addAll(arguments, column, column);
            }
        }
        return arguments.toArray();
    }
}
