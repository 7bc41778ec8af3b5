    IF offsync_push.plain THEN
        -- What a plain batch inserts: the rows are here in the order in which they were uploaded, which the keys prove. A
        -- row that anything was known of, or that did not come, ends the statement, and the batch goes the usual way. What
        -- joins in full is never joined in a loop, whatever the planner expects of the two.
        EXECUTE 'SELECT EXISTS (SELECT FROM offsync.upload_' || offsync_push.device_id || ' WHERE batch = $1 AND table_id = {table_id} AND base_versions IS NULL)'
        INTO offsync_came USING offsync_push.batch;
        IF offsync_came THEN
            EXECUTE $push$
                INSERT INTO offsync.row_{table_id} ({sidecar_keys}, version, xid, deleted, origin, changed_at)
                SELECT {touched_keys},
                       CASE WHEN {touched_text} = sent.key THEN tracked.version_floor + coalesce(sent.operations, 1) END,
                       pg_current_xact_id(), false, $1, least(sent.changed_at, $3)
                FROM (
                    SELECT {touched_keys}, touched.position
                    FROM {missing} AS missing ({key_columns})
                    CROSS JOIN LATERAL (
                        SELECT {keys}, row_number() OVER () AS position FROM offsync_new AS offsync_row
                    ) AS touched
                ) AS touched
                FULL JOIN (
                    SELECT e.key, e.operations, e.changed_at, row_number() OVER () AS position
                    FROM (SELECT unnest(u.keys) AS key, unnest(u.counts) AS operations, unnest(u.changed_at) AS changed_at
                          FROM (SELECT keys, counts, changed_at FROM offsync.upload_$push$ || offsync_push.device_id || $push$
                                WHERE batch = $2 AND table_id = {table_id} AND base_versions IS NULL ORDER BY piece) AS u) AS e
                ) AS sent ON sent.position = touched.position
                CROSS JOIN (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id}) AS tracked
                $push$
            USING offsync_push.device_id, offsync_push.batch, clock_timestamp();
            RETURN NULL;
        END IF;
    END IF;
