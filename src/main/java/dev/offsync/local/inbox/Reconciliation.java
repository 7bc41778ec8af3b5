package dev.offsync.local.inbox;

import dev.offsync.local.device.CaptureSql;
import dev.offsync.local.queue.Decisions;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import java.sql.SQLException;
import java.util.List;

/**
 * Compares the whole of a table with the hub. After a restore of the hub versions may have been issued twice, so rows are
 * compared by content, and what the device has and the hub lost becomes pending work again. The times of such rows are
 * those at which they arrived here: all that is known of them.
 */
public final class Reconciliation {
    private final Database database;
    private final SyncedTable table;
    private final KeySql key;

    public Reconciliation(Database database, SyncedTable table) {
        this.database = database;
        this.table = table;
        this.key = new KeySql(table.key());
    }

    /** Drops rows from the inbox that are the same here; they rest on the hub's version now. Returns their number. */
    public long adoptEqual(List<String> sent) throws SQLException {
        return database.update(sql("""
                WITH equal AS (
                    DELETE FROM inbox AS s
                    USING {table} AS t
                    WHERE s.table_id = {id} AND NOT s.contested AND {same_t_s} AND s.row = {image}
                    RETURNING s.key, s.version
                )
                INSERT INTO {sidecar} ({k}, version)
                SELECT {parsed_key}, s.version FROM equal AS s
                ON CONFLICT ({k}) DO UPDATE SET version = excluded.version, synced_at = now()
                """)
                .replace("{image}", Inbox.image(table, sent, "t"))
                .replace("{parsed_key}", key.parsedArray("s.key")));
    }

    /**
     * Queues rows of which the device has a later version than the hub, which is what it had before it lost some; returns
     * their number. Where the hub's row was changed since the device's last contact, or bears the same version with other
     * content, the two meet as a conflict.
     */
    public long offerLater() throws SQLException {
        database.update(sql("""
                UPDATE inbox AS s
                SET contested = true
                FROM {table} AS t
                LEFT JOIN {sidecar} AS v ON {same_t_v}
                WHERE s.table_id = {id} AND NOT s.contested AND NOT s.leaves AND s.held IS NULL AND {same_t_s}
                  AND (coalesce(v.version, 1) = s.version
                       OR coalesce(v.version, 1) > s.version
                          AND coalesce(s.changed_at > (SELECT last_contact_at FROM offsync.device), true))
                """));
        // Rows that are contested for this reason alone have no pending operation yet; those on the hub's own version
        // must not pass for a change of it.
        long offered = queue("'U'", "NULL", "s.contested AND s.held IS NULL AND " + NOT_PENDING.replace("{id}", id()));
        new Decisions(database).standAsQueued(table);
        database.update(sql("""
                INSERT INTO {sidecar} ({k}, version)
                SELECT {s.k}, s.version - 1
                FROM (SELECT s.version, {parsed_key} FROM inbox AS s WHERE s.table_id = {id} AND s.contested) AS s
                WHERE s.version = coalesce((SELECT v.version FROM {sidecar} AS v WHERE {same_v_s}), 1)
                  AND EXISTS (SELECT FROM offsync.journal AS j
                              WHERE j.xid = pg_current_xact_id() AND j.table_id = {id} AND j.operation = 'U'
                                AND j.old_row IS NULL AND j.key = {text_key})
                ON CONFLICT ({k}) DO UPDATE SET version = excluded.version
                """)
                .replace("{s.k}", key.aliases("s"))
                .replace("{parsed_key}", key.parsedArray("s.key"))
                .replace("{same_v_s}", key.same("v", "s"))
                .replace("{text_key}", key.text("s")));
        String later = "NOT s.contested AND NOT s.leaves AND s.held IS NULL AND coalesce(v.version, 1) > s.version";
        offered += queue("CASE WHEN s.deleted THEN 'I' ELSE 'U' END", "s.row", later);
        database.update(sql("""
                WITH later AS (
                    DELETE FROM inbox AS s
                    USING {table} AS t
                    LEFT JOIN {sidecar} AS v ON {same_t_v}
                    WHERE s.table_id = {id} AND {same_t_s} AND {later}
                    RETURNING s.key, s.version, s.deleted
                )
                INSERT INTO {sidecar} ({k}, version)
                SELECT {parsed_key}, CASE WHEN s.deleted THEN 0 ELSE s.version END FROM later AS s
                ON CONFLICT ({k}) DO UPDATE SET version = excluded.version
                """).replace("{later}", later).replace("{parsed_key}", key.parsedArray("s.key")));
        return offered;
    }

    private static final String NOT_PENDING = """
            NOT EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = {id} AND u.key = {text_of_t})
            """;

    /** Journals local rows that meet a row of the inbox for which {@code condition} holds. */
    private long queue(String operation, String oldRow, String condition) throws SQLException {
        return database.update(sql("""
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row, changed_at)
                SELECT {id}, {shape}, {operation}, {text_of_t}, {old_row}, {captured},
                       coalesce(v.synced_at, (SELECT loaded_at FROM offsync.synced_table WHERE id = {id}), now())
                FROM inbox AS s
                JOIN {table} AS t ON {same_t_s}
                LEFT JOIN {sidecar} AS v ON {same_t_v}
                WHERE s.table_id = {id} AND {condition}
                """)
                .replace("{operation}", operation)
                .replace("{old_row}", oldRow)
                .replace("{condition}", condition)
                .replace("{text_of_t}", key.textOfRow("t")));
    }

    /**
     * Does {@code work} over the whole table, within the caller's transaction. The statistics may be from before the table
     * was filled: a nested loop, the cheapest for the one row that they tell of, reads as many rows as the square of those
     * that are there.
     */
    private long throughout(Database.Work<Long> work) throws SQLException {
        database.execute("SET LOCAL enable_nestloop = off");
        long rows = work.run();
        database.execute("SET LOCAL enable_nestloop TO DEFAULT");
        return rows;
    }

    /**
     * Adds the local rows that the hub has no trace of to the inbox, as deleted, those with pending work left out, and
     * returns their number.
     */
    public long bringMissing() throws SQLException {
        return throughout(() -> database.update(sql("""
                INSERT INTO inbox (table_id, key, version, deleted, leaves, present)
                SELECT {id}, {key_array}, 0, true, false, true
                FROM {table} AS t
                WHERE {missing}
                """).replace("{key_array}", key.arrayOfRow("t"))));
    }

    /** Queues the rows that the hub has no trace of as new ones, and returns their number. */
    public long offerMissing() throws SQLException {
        return throughout(this::queueMissing);
    }

    private long queueMissing() throws SQLException {
        long offered = database.update(sql("""
                INSERT INTO offsync.journal (table_id, shape_id, operation, key, new_row, changed_at)
                SELECT {id}, {shape}, 'I', {text_of_t}, {captured},
                       coalesce((SELECT v.synced_at FROM {sidecar} AS v WHERE {same_t_v}),
                                (SELECT loaded_at FROM offsync.synced_table WHERE id = {id}), now())
                FROM {table} AS t
                WHERE {missing}
                """));
        // What is pending on such a row, now or from before, finds nothing on the hub to rest on.
        database.update(sql("""
                INSERT INTO {sidecar} ({k}, version)
                SELECT {key_of_t}, 0
                FROM {table} AS t
                WHERE {unseen}
                  AND EXISTS (SELECT FROM offsync.unfinished AS u WHERE u.table_id = {id} AND u.key = {text_of_t})
                ON CONFLICT ({k}) DO UPDATE SET version = 0
                """).replace("{key_of_t}", key.each(", ", i -> "t." + quoted(i))));
        return offered;
    }

    private String quoted(int column) {
        return TableName.quote(table.key().get(column).name());
    }

    private String id() {
        return Integer.toString(table.id());
    }

    private String sql(String template) {
        return template.replace(
                        "{missing}",
                        "{unseen} AND " + NOT_PENDING
                                + " AND NOT EXISTS (SELECT FROM {sidecar} AS v WHERE {same_t_v} AND v.version = 0)")
                .replace(
                        "{unseen}",
                        "NOT EXISTS (SELECT FROM (SELECT " + key.parsedArray("s.key")
                                + " FROM offsync.seen AS s WHERE s.table_id = {id}) AS s WHERE "
                                + key.sameAsRow("t", "s") + ")")
                .replace("{table}", table.name().sql())
                .replace("{sidecar}", table.sidecar())
                .replace("{id}", id())
                .replace("{shape}", Integer.toString(table.shapeId()))
                .replace("{k}", key.aliases())
                .replace("{same_t_s}", key.rowSameAsArray("t", "s.key"))
                .replace("{same_t_v}", key.sameAsRow("t", "v"))
                .replace("{captured}", CaptureSql.image(table, "t"))
                .replace("{text_of_t}", key.textOfRow("t"));
    }
}
