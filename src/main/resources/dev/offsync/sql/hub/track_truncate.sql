CREATE OR REPLACE FUNCTION offsync.{function}_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
BEGIN
    UPDATE offsync.row_{table_id}
    SET version = version + 1, xid = pg_current_xact_id(), deleted = true, origin = NULL, changed_at = clock_timestamp()
    WHERE NOT deleted;
    RETURN NULL;
END
$offsync$;
