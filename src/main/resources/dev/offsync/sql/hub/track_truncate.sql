-- TRUNCATE fires on the relation named and on its partitions, and each may be truncated alone: only its own rows are gone.
-- It removes rows that an older snapshot does not show, so there it fails rather than lose a deletion.
CREATE OR REPLACE FUNCTION offsync.{function}_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
BEGIN
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION 'offsync cannot track TRUNCATE under % isolation', current_setting('transaction_isolation')
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Use DELETE, or run TRUNCATE in a READ COMMITTED transaction.';
    END IF;
    EXECUTE $read$
        UPDATE offsync.row_{table_id} AS r
        SET version = version + 1, xid = pg_current_xact_id(), deleted = true, origin = NULL,
            changed_at = clock_timestamp()
        FROM {missing} AS missing ({key_columns})
        CROSS JOIN LATERAL (SELECT {keys} FROM {only} $read$ || TG_RELID::regclass || $read$ AS offsync_row) AS touched
        WHERE {touched_row} AND NOT r.deleted
        $read$;
    RETURN NULL;
END
$offsync$;
