-- Writes in the replica role, such as those of a subscription: its apply worker fires row triggers only. And writes to
-- partitions that init did not know; those of a push go through the root, whose triggers see them.
CREATE OR REPLACE FUNCTION offsync.{function}_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
BEGIN
    IF pg_trigger_depth() = 1 AND EXISTS (SELECT FROM offsync.push WHERE xid = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO offsync.row_{table_id} AS r ({sidecar_keys}, version, xid, deleted, origin, changed_at)
        SELECT {touched_keys}, tracked.version_floor + 1, pg_current_xact_id(), true, NULL, clock_timestamp()
        FROM {missing} AS missing ({key_columns})
        CROSS JOIN LATERAL (SELECT {keys} FROM (SELECT OLD.*) AS offsync_row) AS touched
        CROSS JOIN (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id}) AS tracked
        WHERE {touched_keys_present}
        ON CONFLICT ({sidecar_keys}) DO UPDATE
        SET version = r.version + 1, xid = excluded.xid, deleted = true, origin = NULL, changed_at = excluded.changed_at;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO offsync.row_{table_id} AS r ({sidecar_keys}, version, xid, deleted, origin, changed_at)
        SELECT {touched_keys}, tracked.version_floor + 1, pg_current_xact_id(), false, NULL, clock_timestamp()
        FROM {missing} AS missing ({key_columns})
        CROSS JOIN LATERAL (SELECT {keys} FROM (SELECT NEW.*) AS offsync_row) AS touched
        CROSS JOIN (SELECT version_floor FROM offsync.tracked_table WHERE id = {table_id}) AS tracked
        WHERE {touched_keys_present}
        ON CONFLICT ({sidecar_keys}) DO UPDATE
        SET {updated_keys}, version = r.version + 1, xid = excluded.xid, deleted = false, origin = NULL,
            changed_at = excluded.changed_at;
    END IF;
    RETURN NULL;
END
$offsync$;
