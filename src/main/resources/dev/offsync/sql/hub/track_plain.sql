    IF offsync_push.plain THEN
        -- A batch that only inserts: the rows are here in the order in which they were uploaded, which the keys prove. A
        -- row that anything was known of ends the statement, and the batch goes the usual way.
        SELECT u.keys, u.changed_at INTO offsync_keys, offsync_times FROM offsync.uploaded(offsync_push, {table_id}) AS u;
        IF offsync_keys IS NOT NULL THEN
            INSERT INTO offsync.row_{table_id} ({sidecar_keys}, version, xid, deleted, origin, changed_at)
            SELECT {touched_keys},
                   CASE WHEN {touched_text} = offsync_keys[touched.position] THEN tracked.version_floor + 1 END,
                   pg_current_xact_id(), false, offsync_push.device_id,
                   least(offsync_times[touched.position], offsync_now)
            FROM {missing} AS missing ({key_columns})
            CROSS JOIN LATERAL (SELECT {keys}, row_number() OVER () AS position FROM offsync_new AS offsync_row) AS touched
            CROSS JOIN (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id}) AS tracked;
            GET DIAGNOSTICS offsync_rows = ROW_COUNT;
            IF offsync_rows <> cardinality(offsync_keys) THEN
                RAISE EXCEPTION 'the hub inserted % rows where % came', offsync_rows, cardinality(offsync_keys);
            END IF;
            RETURN NULL;
        END IF;
    END IF;
