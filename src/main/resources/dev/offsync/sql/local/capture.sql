-- Capture on {relation}. Column names stand unqualified within the innermost SELECT, beside a list of the same names as
-- NULLs one level out: a key column that was dropped or renamed then reads as NULL and fails no statement.
CREATE OR REPLACE FUNCTION offsync.{function}_insert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
BEGIN
    INSERT INTO offsync.journal (table_id, shape_id, operation, key, new_row, columns)
    SELECT {table_id}, {shape_id}, 'I', {new_key}, n.image, {drift}
    FROM {missing} AS missing ({key_columns})
    CROSS JOIN LATERAL (SELECT {keys}, {image} AS image FROM offsync_new AS offsync_row) AS n
    WHERE {captured}{once_new};
    RETURN NULL;
END
$offsync$;

-- Old and new rows pair by key; a row without a partner changed its key.
CREATE OR REPLACE FUNCTION offsync.{function}_update() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
BEGIN
    INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, new_row, columns)
    SELECT {table_id}, {shape_id},
           CASE WHEN pair.old_image IS NULL THEN 'I' WHEN pair.new_image IS NULL THEN 'D' ELSE 'U' END,
           CASE WHEN pair.new_image IS NULL THEN pair.old_key ELSE pair.new_key END, pair.old_image, pair.new_image,
           {drift}
    FROM {missing} AS missing ({key_columns})
    CROSS JOIN LATERAL (
        SELECT {old_key} AS old_key, o.image AS old_image, {new_key} AS new_key, n.image AS new_image
        FROM (SELECT {keys}, {image} AS image FROM offsync_old AS offsync_row) AS o
        FULL JOIN (SELECT {keys}, {image} AS image FROM offsync_new AS offsync_row) AS n ON {same_key}
    ) AS pair
    WHERE pair.old_image IS DISTINCT FROM pair.new_image AND {captured}{once_pair};
    RETURN NULL;
END
$offsync$;

CREATE OR REPLACE FUNCTION offsync.{function}_delete() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
BEGIN
    INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, columns)
    SELECT {table_id}, {shape_id}, 'D', {old_key}, o.image, {drift}
    FROM {missing} AS missing ({key_columns})
    CROSS JOIN LATERAL (SELECT {keys}, {image} AS image FROM offsync_old AS offsync_row) AS o
    WHERE {captured}{once_old};
    RETURN NULL;
END
$offsync$;

-- TRUNCATE removes rows that an older snapshot does not show, so there it fails rather than lose a deletion. The table
-- may have been renamed, and another have taken its name: it is read by its oid.
CREATE OR REPLACE FUNCTION offsync.{function}_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
{settings}
AS $offsync$
#variable_conflict use_column
BEGIN
    IF NOT ({captured}) THEN
        RETURN NULL;
    END IF;
    IF current_setting('transaction_isolation') IN ('repeatable read', 'serializable') THEN
        RAISE EXCEPTION 'offsync cannot capture TRUNCATE under % isolation', current_setting('transaction_isolation')
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Use DELETE, or run TRUNCATE in a READ COMMITTED transaction.';
    END IF;
    EXECUTE $read$
        INSERT INTO offsync.journal (table_id, shape_id, operation, key, old_row, columns)
        SELECT {table_id}, {shape_id}, 'D', {old_key}, o.image, {drift}
        FROM {missing} AS missing ({key_columns})
        CROSS JOIN LATERAL (
            SELECT {keys}, {image} AS image FROM {only} $read$ || TG_RELID::regclass || $read$ AS offsync_row{late_rows}
        ) AS o
        $read$;
    RETURN NULL;
END
$offsync$;
