-- What a deletion on the hub would take along.

-- Finds the deletions that would take along, or are forbidden by, rows that the batch leaves where they are: the device
-- never saw them as they are. Their own children that the device deleted, too, wait with them.
CREATE FUNCTION offsync.find_taken_rows(staging text, batch_id bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    reference record;
    deletions bigint;
    taken     bigint;
BEGIN
    LOOP
        FOR reference IN SELECT f.*, t AS tracked FROM offsync.relevant_reference AS f
                         JOIN offsync.tracked_table AS t ON t.id = f.parent_id ORDER BY f.name LOOP
            EXECUTE format('SELECT count(*) FROM %s WHERE batch = $1 AND table_id = $2 AND row IS NULL
                            AND outcome IS NULL', staging)
            INTO deletions USING batch_id, reference.parent_id;
            CONTINUE WHEN deletions = 0;
            IF NOT has_table_privilege(reference.child, 'SELECT') THEN
                CONTINUE WHEN reference.on_delete IN ('a', 'r');
                RAISE EXCEPTION 'rows of % may reference what is deleted from %, and this role may not look',
                    reference.child::regclass, reference.parent::regclass USING ERRCODE = 'insufficient_privilege';
            END IF;
            PERFORM offsync.find_taken_by(staging, batch_id, reference);
        END LOOP;
        EXECUTE format('UPDATE %s SET outcome = ''foreign_key'' WHERE batch = $1 AND row IS NULL AND related IS NOT NULL
                        AND outcome IS NULL', staging)
        USING batch_id;
        GET DIAGNOSTICS taken = ROW_COUNT;
        EXIT WHEN taken = 0;
        PERFORM offsync.keep_children(staging, batch_id);
    END LOOP;
END
$$;

CREATE FUNCTION offsync.find_taken_by(staging text, batch_id bigint, reference record) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    tracked offsync.tracked_table := reference.tracked;
    child   offsync.tracked_table;
BEGIN
    SELECT * INTO child FROM offsync.tracked_table AS t WHERE t.id = reference.child_id;
    EXECUTE format(
        'WITH taken AS (
             SELECT d.operation, d.row AS parent_row, (c.*)::text AS row, %1$s AS key_text, %2$s AS version,
                    row_number() OVER (PARTITION BY d.operation) AS n
             FROM (SELECT s.operation, (t.*)::text AS row, t AS r FROM %3$s AS s JOIN %4$s AS t ON %5$s
                   WHERE s.batch = $1 AND s.table_id = $2 AND s.row IS NULL AND s.outcome IS NULL) AS d
             JOIN %6$s AS c ON %7$s
             %8$s
             WHERE %9$s
         ), blocked AS (
             SELECT operation, min(parent_row) AS parent_row,
                    jsonb_agg(jsonb_build_object(
                        ''table'', $3::text, ''record_id'', key_text, ''effect'', $4::text, ''constraint'', $5::text,
                        ''columns'', $6::jsonb, ''row'', offsync.record_texts($7, row), ''version'', version,
                        ''aside'', false) ORDER BY key_text) FILTER (WHERE n <= 1000) AS related
             FROM taken GROUP BY operation
         )
         UPDATE %3$s AS s
         SET hub_row = b.parent_row, hub_version = s.base_version,
             related = coalesce(s.related, ''[]'') || b.related
         FROM blocked AS b
         WHERE s.batch = $1 AND s.operation = b.operation',
        offsync.key_text(reference.child, 'c'),
        CASE WHEN child.id IS NULL THEN 'NULL::bigint' ELSE 'v.version' END,
        staging,
        reference.parent::regclass,
        offsync.same_key(tracked, 't', tracked.key_columns),
        reference.child::regclass,
        (SELECT string_agg(format('(d.r).%I %s c.%I', reference.parent_columns[i], reference.operators[i],
                                  reference.child_columns[i]), ' AND ')
         FROM generate_subscripts(reference.child_columns, 1) AS i),
        CASE WHEN child.id IS NULL THEN ''
             ELSE format('LEFT JOIN offsync.row_%s AS v ON %s', child.id,
                         (SELECT string_agg(format('v.k%s %s c.%I', i, child.key_operators[i], child.key_columns[i]), ' AND ')
                          FROM generate_subscripts(child.key_columns, 1) AS i)) END,
        -- A child that the batch deletes, or moves to another parent, is none of these.
        CASE WHEN child.id IS NULL THEN 'true'
             ELSE format('NOT EXISTS (SELECT FROM %s AS s WHERE s.batch = $1 AND s.table_id = %s AND %s
                          AND (s.outcome IS NULL OR s.outcome = ''version'')
                          AND (s.row IS NULL OR NOT coalesce(%s, false)))',
                         staging, child.id, offsync.same_key(child, 'c', child.key_columns),
                         (SELECT string_agg(format('(d.r).%I %s ((s.row)::%s).%I', reference.parent_columns[i],
                                                   reference.operators[i], offsync.qualified(reference.child),
                                                   reference.child_columns[i]), ' AND ')
                          FROM generate_subscripts(reference.child_columns, 1) AS i)) END)
    USING batch_id, reference.parent_id, offsync.display_name(reference.child),
          CASE reference.on_delete WHEN 'c' THEN 'deleted' WHEN 'n' THEN 'cleared' WHEN 'd' THEN 'reset' ELSE 'refers' END,
          reference.name,
          to_jsonb(CASE WHEN reference.on_delete IN ('n', 'd') THEN reference.cleared_columns
                        ELSE reference.child_columns END),
          offsync.column_names(reference.child);
END
$$;

-- The deletion of a row waits for that of the row it references, if that one is in conflict: both come back, or neither.
CREATE FUNCTION offsync.keep_children(staging text, batch_id bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    reference record;
    found_now bigint;
    found_all bigint;
BEGIN
    LOOP
        found_all := 0;
        FOR reference IN SELECT f.*, p AS parent_table, c AS child_table FROM offsync.relevant_reference AS f
                         JOIN offsync.tracked_table AS p ON p.id = f.parent_id
                         JOIN offsync.tracked_table AS c ON c.id = f.child_id ORDER BY f.name LOOP
            EXECUTE format(
                'UPDATE %1$s AS w SET outcome = ''waits'', blocked_by = d.operation
                 FROM (SELECT coalesce(s.blocked_by, s.operation) AS operation, t AS r
                       FROM %1$s AS s JOIN %2$s AS t ON %3$s
                       WHERE s.batch = $1 AND s.table_id = $2 AND s.row IS NULL
                         AND s.outcome IN (''foreign_key'', ''waits'') OFFSET 0) AS d
                 JOIN %4$s AS c ON %5$s
                 JOIN %1$s AS s ON %6$s
                 WHERE s.batch = $1 AND s.table_id = $3 AND s.row IS NULL AND s.outcome IS NULL
                   AND w.batch = $1 AND w.operation = s.operation',
                staging, reference.parent::regclass,
                offsync.same_key(reference.parent_table, 't', (reference.parent_table).key_columns),
                reference.child::regclass,
                (SELECT string_agg(format('(d.r).%I %s c.%I', reference.parent_columns[i], reference.operators[i],
                                          reference.child_columns[i]), ' AND ')
                 FROM generate_subscripts(reference.child_columns, 1) AS i),
                offsync.same_key(reference.child_table, 'c', (reference.child_table).key_columns))
            USING batch_id, reference.parent_id, reference.child_id;
            GET DIAGNOSTICS found_now = ROW_COUNT;
            found_all := found_all + found_now;
        END LOOP;
        EXIT WHEN found_all = 0;
    END LOOP;
END
$$;

-- Brings the sidecar in line with the table for the rows with these keys (an array of keys, each an array of texts): their
-- owner may have written with the triggers switched off. Returns the positions, from 1, of those that were deleted here.
CREATE FUNCTION offsync.recount(device_id integer, table_id integer, keys jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tracked offsync.tracked_table;
    asked text := '(SELECT j.position, ARRAY(SELECT jsonb_array_elements_text(j.key)) AS key
                    FROM jsonb_array_elements($1) WITH ORDINALITY AS j(key, position)) AS s';
    same_row text;
    same_entry text;
BEGIN
    PERFORM offsync.authenticate(device_id);
    SELECT * INTO tracked FROM offsync.tracked_table AS t WHERE t.id = table_id AND t.has_feed;
    -- A row that is hidden from the owner of this function must not pass for one that is gone.
    IF NOT FOUND OR row_security_active(tracked.relation)
       OR NOT has_table_privilege(session_user, tracked.relation, 'SELECT') THEN
        RETURN;
    END IF;
    same_row := offsync.same_key(tracked, 't', tracked.key_columns);
    same_entry := offsync.same_key(tracked, 'r', offsync.sidecar_keys(tracked));
    RETURN QUERY EXECUTE format(
        'SELECT s.position FROM %s JOIN offsync.row_%s AS r ON %s
         WHERE r.deleted AND NOT EXISTS (SELECT FROM %s AS t WHERE %s)',
        asked, tracked.id, same_entry, tracked.relation::regclass, same_row)
    USING keys;
    EXECUTE format(
        'UPDATE offsync.row_%s AS r SET deleted = true FROM %s
         WHERE %s AND NOT r.deleted AND NOT EXISTS (SELECT FROM %s AS t WHERE %s)',
        tracked.id, asked, same_entry, tracked.relation::regclass, same_row)
    USING keys;
    EXECUTE format(
        'INSERT INTO offsync.row_%s AS r (%s, version, xid, deleted, changed_at)
         SELECT %s, $2, pg_current_xact_id(), false, clock_timestamp() FROM %s JOIN %s AS t ON %s
         ON CONFLICT (%2$s) DO UPDATE
         SET version = r.version + 1, xid = excluded.xid, deleted = false, origin = NULL, changed_at = excluded.changed_at
         WHERE r.deleted',
        tracked.id, array_to_string(offsync.sidecar_keys(tracked), ', '),
        (SELECT string_agg(format('t.%I', c), ', ' ORDER BY i) FROM unnest(tracked.key_columns) WITH ORDINALITY AS k(c, i)),
        asked, tracked.relation::regclass, same_row)
    USING keys, tracked.version_floor + 1;
END
$$;
