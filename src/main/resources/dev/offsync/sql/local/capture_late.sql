-- A partition that came after init has no triggers of its own but a copy of these. They fire for writes through the root,
-- too; the root's own triggers pass over what these have captured.
CREATE OR REPLACE FUNCTION offsync.{function}_late() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
DECLARE
    offsync_operation text := TG_OP;
    offsync_columns jsonb := {late_drift};
BEGIN
    INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row, columns, late)
    SELECT {table_id}, {shape_id},
           CASE WHEN pair.old_image IS NULL THEN 'I' WHEN pair.new_image IS NULL THEN 'D' ELSE 'U' END,
           CASE WHEN pair.new_image IS NULL THEN pair.old_key ELSE pair.new_key END, pair.old_image, pair.new_image,
           offsync_columns, true
    FROM {missing} AS missing ({key_columns})
    CROSS JOIN LATERAL (
        SELECT {old_key} AS old_key, o.image AS old_image, {new_key} AS new_key, n.image AS new_image
        FROM (
            SELECT {keys}, {image} AS image FROM (SELECT OLD.*) AS offsync_row WHERE offsync_operation <> 'INSERT'
        ) AS o
        FULL JOIN (
            SELECT {keys}, {image} AS image FROM (SELECT NEW.*) AS offsync_row WHERE offsync_operation <> 'DELETE'
        ) AS n ON {same_key}
    ) AS pair
    WHERE pair.old_image IS DISTINCT FROM pair.new_image AND {captured};
    RETURN NULL;
END
$offsync$;
CREATE OR REPLACE TRIGGER offsync_late AFTER INSERT OR UPDATE ON {relation}
    FOR EACH ROW WHEN (NEW.tableoid <> ALL ({known})) EXECUTE FUNCTION offsync.{function}_late();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER offsync_late;
