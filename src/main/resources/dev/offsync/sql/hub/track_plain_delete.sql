    IF NOT EXISTS (SELECT FROM offsync_old) THEN
        RETURN NULL;
    ELSIF offsync_push.plain THEN
        -- What a plain batch deletes, as what it updates. Rows that a deletion took along are not among those that were
        -- sent, or not all of them are: they end the statement, too.
        EXECUTE $push$
            UPDATE offsync.row_{table_id} AS r
            SET version = r.version + excluded.operations, xid = pg_current_xact_id(), deleted = true, origin = $1,
                changed_at = least(excluded.changed_at, $3)
            FROM (
                SELECT {touched_keys}, sent.base_version, coalesce(sent.operations, 1) AS operations, sent.changed_at
                FROM {missing} AS missing ({key_columns})
                CROSS JOIN LATERAL (SELECT {keys} FROM offsync_old AS offsync_row) AS touched
                JOIN (
                    SELECT {sent_key}, e.base_version, e.operations, e.changed_at
                    FROM (SELECT unnest(u.keys) AS key, unnest(u.base_versions) AS base_version,
                                 unnest(u.counts) AS operations, unnest(u.changed_at) AS changed_at
                          FROM offsync.upload_$push$ || offsync_push.device_id || $push$ AS u
                          WHERE u.batch = $2 AND u.table_id = {table_id} AND u.rows[1] IS NULL
                          OFFSET 0) AS e
                    OFFSET 0
                ) AS sent ON {sent_touched}
            ) AS excluded
            WHERE {excluded_row} AND r.version = excluded.base_version AND NOT r.deleted
            $push$
        USING offsync_push.device_id, offsync_push.batch, clock_timestamp();
        GET DIAGNOSTICS offsync_rows = ROW_COUNT;
        IF offsync_rows <> (SELECT count(*) FROM offsync_old) THEN
            RAISE EXCEPTION '% of the deleted rows rest on the version that the hub has', offsync_rows;
        END IF;
        RETURN NULL;
    END IF;
