    IF offsync_push.plain THEN
        -- What a plain batch updates: the rows are locked by now, so their versions are those that the update found. One that
        -- is not what the device's change rests on ends the statement, and the batch goes the usual way.
        EXECUTE 'SELECT sum(cardinality(operations)) FROM offsync.upload_' || offsync_push.device_id
            || ' WHERE batch = $1 AND table_id = {table_id} AND base_versions IS NOT NULL AND rows[1] IS NOT NULL'
        INTO offsync_came USING offsync_push.batch;
        IF offsync_came IS NOT NULL THEN
            EXECUTE $push$
                UPDATE offsync.row_{table_id} AS r
                SET {updated_keys}, version = r.version + excluded.operations, xid = pg_current_xact_id(), origin = $1,
                    changed_at = least(excluded.changed_at, $3)
                FROM (
                    SELECT {touched_keys}, sent.base_version, coalesce(sent.operations, 1) AS operations, sent.changed_at
                    FROM {missing} AS missing ({key_columns})
                    CROSS JOIN LATERAL (SELECT {keys} FROM offsync_new AS offsync_row) AS touched
                    JOIN (
                        SELECT {sent_key}, e.base_version, e.operations, e.changed_at
                        FROM (SELECT unnest(u.keys) AS key, unnest(u.base_versions) AS base_version,
                                     unnest(u.counts) AS operations, unnest(u.changed_at) AS changed_at
                              FROM offsync.upload_$push$ || offsync_push.device_id || $push$ AS u
                              WHERE u.batch = $2 AND u.table_id = {table_id} AND u.base_versions IS NOT NULL
                                AND u.rows[1] IS NOT NULL
                              OFFSET 0) AS e
                        OFFSET 0
                    ) AS sent ON {sent_touched}
                ) AS excluded
                WHERE {excluded_row} AND r.version = excluded.base_version AND NOT r.deleted
                $push$
            USING offsync_push.device_id, offsync_push.batch, clock_timestamp();
            GET DIAGNOSTICS offsync_rows = ROW_COUNT;
            IF offsync_rows <> offsync_came OR offsync_rows <> (SELECT count(*) FROM offsync_new) THEN
                RAISE EXCEPTION '% rows of % rest on the version that the hub has', offsync_rows, offsync_came;
            END IF;
            RETURN NULL;
        END IF;
    END IF;
