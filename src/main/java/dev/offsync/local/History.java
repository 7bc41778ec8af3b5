package dev.offsync.local;

import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What is kept for a while after its work is done: completed operations, settled conflicts, rows the hub has. */
public final class History {
    private final Database database;

    public History(Database database) {
        this.database = database;
    }

    /** Deletes operations that were completed longer than {@code age} ago, and returns their number. */
    public long purgeOperations(List<SyncedTable> tables, Duration age) throws SQLException {
        for (SyncedTable table : tables) {
            keepSyncTimes(table, age);
        }
        long purged = database.number("""
                WITH purged AS (
                    DELETE FROM offsync.journal AS j
                    USING offsync.transaction_batch AS c, offsync.batch AS b
                    WHERE c.xid = j.xid AND b.id = c.batch
                      AND b.completed_at < clock_timestamp() - make_interval(secs => ?)
                      AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
                    RETURNING c.batch
                ), noted AS (
                    UPDATE offsync.device
                    SET purged_batch = greatest(purged_batch, (SELECT max(p.batch) FROM purged AS p))
                )
                SELECT count(*) FROM purged
                """, age.toSeconds());
        purged += database.update("""
                DELETE FROM offsync.journal AS j
                USING offsync.operation_state AS o
                WHERE o.operation_id = j.id AND o.xid = j.xid AND o.state = 'completed'
                  AND o.completed_at < clock_timestamp() - make_interval(secs => ?)
                """, age.toSeconds());
        forgetEmptied();
        return purged;
    }

    /**
     * The journal alone knows when a row on version 1 reached the hub; before its operation goes, the time moves to the
     * sidecar, so that {@link #evict} still knows the row's age.
     */
    private void keepSyncTimes(SyncedTable table, Duration age) throws SQLException {
        boolean gone = database.first(
                        "SELECT to_regclass(?) IS NULL",
                        row -> row.getBoolean(1),
                        table.name().sql())
                .orElse(true);
        if (gone) {
            return;
        }
        var key = new KeySql(table.key());
        database.update(
                """
                INSERT INTO {sidecar} ({k}, version, synced_at)
                SELECT {o.k}, 1, max(o.completed_at)
                FROM (
                    SELECT {parsed_key}, j.key, b.completed_at
                    FROM offsync.journal AS j
                    JOIN offsync.transaction_batch AS c ON c.xid = j.xid
                    JOIN offsync.batch AS b ON b.id = c.batch
                    WHERE j.table_id = {id} AND j.key IS NOT NULL
                      AND b.completed_at < clock_timestamp() - make_interval(secs => ?)
                      AND j.key NOT IN (SELECT u.key FROM offsync.unfinished AS u
                                        WHERE u.table_id = {id} AND u.key IS NOT NULL)
                ) AS o
                JOIN {table} AS t ON {same_t_o}
                GROUP BY {o.k}
                ON CONFLICT ({k}) DO NOTHING
                """.replace("{sidecar}", table.sidecar())
                        .replace("{k}", key.aliases())
                        .replace("{o.k}", key.aliases("o"))
                        .replace("{parsed_key}", key.parsed("j.key"))
                        .replace("{id}", Integer.toString(table.id()))
                        .replace("{table}", table.name().sql())
                        .replace("{same_t_o}", key.sameAsRow("t", "o")),
                age.toSeconds());
    }

    private void forgetEmptied() throws SQLException {
        database.update("""
                DELETE FROM offsync.operation_state AS o
                WHERE o.state = 'completed' AND NOT EXISTS (
                    SELECT FROM offsync.journal AS j WHERE j.xid = o.xid AND j.id = o.operation_id)
                """);
        database.update("""
                DELETE FROM offsync.decision AS d
                WHERE NOT EXISTS (SELECT FROM offsync.journal AS j WHERE j.xid = d.xid AND j.id = d.operation_id)
                """);
        // Below claimed_below a transaction without a batch would count as pending, but there is nothing left of it.
        database.update("""
                DELETE FROM offsync.transaction_batch AS c
                WHERE c.xid < (SELECT claimed_below FROM offsync.device)
                  AND c.batch <= (SELECT last_batch FROM offsync.device)
                  AND NOT EXISTS (SELECT FROM offsync.journal AS j WHERE j.xid = c.xid)
                """);
        database.update("""
                DELETE FROM offsync.batch AS b
                WHERE b.completed_at IS NOT NULL AND b.id < (SELECT last_batch FROM offsync.device)
                  AND NOT EXISTS (SELECT FROM offsync.transaction_batch AS c WHERE c.batch = b.id)
                  AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.batch = b.id)
                """);
    }

    /** A row that still waits keeps its conflict: it holds the hub's row that the waiting change rests on. */
    public long purgeConflicts(Duration age) throws SQLException {
        return database.update("""
                DELETE FROM offsync.conflict_log AS c
                WHERE resolved AND resolved_at < clock_timestamp() - make_interval(secs => ?)
                  AND NOT EXISTS (SELECT FROM offsync.operation_state AS o
                                  JOIN offsync.synced_table AS t ON t.id = o.table_id
                                  WHERE t.table_name = c.table_name AND o.key = c.record_id AND o.state <> 'completed')
                """, age.toSeconds());
    }

    /**
     * Deletes rows of {@code table} that the hub has had for longer than {@code age}, without telling the hub. A row stays
     * that has pending work, was synchronised lately, or is referenced by another one here. The key of one that is pulled is
     * kept in mind, so that it does not count as missing.
     */
    public long evict(SyncedTable table, Duration age) throws SQLException {
        var key = new KeySql(table.key());
        String references = String.join("", references(table));
        database.execute(OutputSettings.forTransaction());
        var rows = new LocalRows(database);
        rows.beginApplying();
        long evicted = database.number("""
                WITH kept AS MATERIALIZED (
                    SELECT u.key FROM offsync.unfinished AS u WHERE u.table_id = {id}
                    UNION
                    SELECT j.key
                    FROM offsync.journal AS j
                    JOIN offsync.transaction_batch AS c ON c.xid = j.xid
                    JOIN offsync.batch AS b ON b.id = c.batch
                    WHERE j.table_id = {id} AND b.completed_at >= clock_timestamp() - make_interval(secs => {age})
                ), evicted AS (
                    DELETE FROM {table} AS t
                    WHERE NOT EXISTS (SELECT FROM kept AS k WHERE k.key = {record_id})
                      AND NOT EXISTS (SELECT FROM {sidecar} AS v
                                      WHERE {same_t_v}
                                        AND (v.version = 0 OR v.synced_at >= clock_timestamp() - make_interval(secs => {age})))
                      AND coalesce((SELECT s.loaded_at FROM offsync.synced_table AS s WHERE s.id = {id}), '-infinity')
                          < clock_timestamp() - make_interval(secs => {age})
                      {references}
                    RETURNING {selected}
                ), remembered AS (
                    INSERT INTO offsync.evicted (table_id, key, version)
                    SELECT {id}, {key_of_e}, coalesce((SELECT v.version FROM {sidecar} AS v WHERE {same_e_v}), 1)
                    FROM evicted AS e
                    WHERE {pulls}
                    ON CONFLICT (table_id, key) DO UPDATE SET version = excluded.version
                )
                SELECT count(*) FROM evicted
                """.replace("{table}", table.name().sql())
                .replace("{id}", Integer.toString(table.id()))
                .replace("{record_id}", key.textOfRow("t"))
                .replace("{sidecar}", table.sidecar())
                .replace("{same_t_v}", key.sameAsRow("t", "v"))
                .replace("{selected}", key.selected("t."))
                .replace("{key_of_e}", key.array("e"))
                .replace("{same_e_v}", key.same("e", "v"))
                .replace("{pulls}", Boolean.toString(table.pulls()))
                .replace("{age}", Long.toString(age.toSeconds()))
                .replace("{references}", references));
        rows.endApplying();
        database.update("DELETE FROM " + table.sidecar() + " AS v WHERE NOT EXISTS (SELECT FROM "
                + table.name().sql() + " AS t WHERE " + key.sameAsRow("t", "v")
                + ") AND " + key.text("v") + " NOT IN (SELECT u.key FROM offsync.unfinished AS u WHERE u.table_id = "
                + table.id() + " AND u.key IS NOT NULL)");
        return evicted;
    }

    /** For each foreign key that points at the table, a condition that no row uses it for {@code t}. */
    private List<String> references(SyncedTable table) throws SQLException {
        return database.list("""
                SELECT format(' AND NOT EXISTS (SELECT FROM %s AS child WHERE %s)', c.conrelid::regclass,
                              (SELECT string_agg(format('child.%I = t.%I', child.attname, parent.attname), ' AND ')
                               FROM unnest(c.conkey, c.confkey) AS k(child, parent)
                               JOIN pg_attribute AS child ON child.attrelid = c.conrelid AND child.attnum = k.child
                               JOIN pg_attribute AS parent ON parent.attrelid = c.confrelid AND parent.attnum = k.parent))
                FROM pg_constraint AS c
                WHERE c.contype = 'f' AND c.confrelid = to_regclass(?)
                """, row -> row.getString(1), table.name().sql());
    }
}
