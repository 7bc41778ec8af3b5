-- Tracking of {operation} on {relation}: raises the version of each row that was touched. In a transaction that applies
-- a device's batch the version, the origin and the time come from the staged row; a row that the hub's own triggers made
-- different counts one more and loses its origin, so that it goes back to the device, too.
CREATE OR REPLACE FUNCTION offsync.{function}_{operation}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
DECLARE
    offsync_push offsync.push;
{plain_variables}BEGIN
    SELECT p.* INTO offsync_push FROM offsync.push AS p WHERE p.xid = pg_current_xact_id();
    IF offsync_push.xid IS NULL THEN
        INSERT INTO offsync.row_{table_id} AS r ({sidecar_keys}, version, xid, deleted, origin, changed_at)
        SELECT {touched_keys}, tracked.version_floor + 1, pg_current_xact_id(), touched.deleted, NULL, clock_timestamp()
        FROM {missing} AS missing ({key_columns})
        CROSS JOIN LATERAL ({touched}) AS touched
        CROSS JOIN (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id}) AS tracked
        WHERE touched.changed AND {touched_keys_present}
        ON CONFLICT ({sidecar_keys}) DO UPDATE
        SET {updated_keys}, version = r.version + 1, xid = excluded.xid, deleted = excluded.deleted,
            origin = NULL, changed_at = excluded.changed_at;
        RETURN NULL;
    END IF;
{plain}    EXECUTE $push$
        INSERT INTO offsync.row_{table_id} AS r ({sidecar_keys}, version, xid, deleted, origin, changed_at)
        SELECT {touched_keys}, tracked.version_floor + coalesce(s.operations, 1) + staged.altered::integer,
               pg_current_xact_id(), touched.deleted,
               CASE WHEN s.operation IS NOT NULL AND NOT staged.altered THEN $1 END,
               least(coalesce(s.changed_at, clock_timestamp()), clock_timestamp())
        FROM {missing} AS missing ({key_columns})
        CROSS JOIN LATERAL ({touched_by_push}) AS touched
        CROSS JOIN (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id}) AS tracked
        LEFT JOIN offsync.staging_$push$ || offsync_push.device_id || $push$ AS s
            ON s.batch = $2 AND s.table_id = {table_id} AND {staged_key}
        CROSS JOIN LATERAL (
            SELECT s.operation IS NOT NULL AND touched.image IS DISTINCT FROM s.row AS altered
        ) AS staged
        WHERE (touched.changed OR s.operation IS NOT NULL) AND {touched_keys_present}
        ON CONFLICT ({sidecar_keys}) DO UPDATE
        SET {updated_keys},
            version = CASE
                WHEN r.xid = excluded.xid THEN r.version + 1
                ELSE r.version + excluded.version - (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id})
            END,
            xid = excluded.xid,
            deleted = excluded.deleted,
            origin = CASE WHEN r.xid = excluded.xid THEN NULL ELSE excluded.origin END,
            changed_at = excluded.changed_at
        $push$
    USING offsync_push.device_id, offsync_push.batch, coalesce(offsync_push.unsent -> '{table_id}', '{}');
    RETURN NULL;
END
$offsync$;
