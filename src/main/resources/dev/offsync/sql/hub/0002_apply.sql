-- Applies a staged batch, set by set, in one transaction of the device's own role: privileges, row-level security and the
-- hub's triggers hold as for anybody's writes. The search_path is the role's own, for the sake of those triggers.
--
-- plan: the tables and layouts of the batch, parents before children:
--   [{"table": 7, "layout": 1, "hub_columns": ["id", ...], "sent": ["id", ...], "types": ["bigint", ...], "plain": "insert"}, ...]
-- types are those that the columns sent have on the device; plain says what its rows of this layout are: insert, update or
-- delete, of a version that the device knows.
-- Outcomes: conflict; unique_violation and foreign_key (related names the other rows); waits (for the conflict of another
-- row); equal (the hub's row has this content already); agreed (gone already); version (applied, but on hub_version and
-- not on base_version).
--
-- rows: how many were uploaded.
CREATE FUNCTION offsync.apply_batch(device_id integer, batch_id bigint, rows bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    staging  text := format('offsync.staging_%s', device_id);
    collided boolean := false;
BEGIN
    IF offsync.is_plain(plan) THEN
        BEGIN
            PERFORM offsync.write_plainly(device_id, batch_id, rows, plan);
            PERFORM offsync.finish_push(device_id, batch_id);
            RETURN;
        EXCEPTION WHEN OTHERS THEN
            NULL;  -- What it was, the usual way meets again, and says.
        END;
    END IF;
    PERFORM offsync.require_rows(batch_id, offsync.unpack(device_id, batch_id), rows);
    PERFORM offsync.prepare_batch(device_id, batch_id, rows, plan);
    BEGIN
        PERFORM offsync.write_batch(staging, batch_id, plan);
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN unique_violation OR exclusion_violation OR foreign_key_violation OR restrict_violation THEN
        collided := true;
    END;
    IF collided THEN
        PERFORM offsync.set_aside(staging, batch_id, plan);
        PERFORM offsync.write_at_once(staging, batch_id, plan);
        SET CONSTRAINTS ALL IMMEDIATE;
    END IF;
    PERFORM offsync.refuse_unseen_cascades();
    PERFORM offsync.finish_push(device_id, batch_id);
END
$$;

-- Locks what the batch is about and finds what must not be written.
CREATE FUNCTION offsync.prepare_batch(device_id integer, batch_id bigint, rows bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    staging  text := format('offsync.staging_%s', device_id);
    step     record;
BEGIN
    PERFORM offsync.begin_push(device_id, batch_id, offsync.unsent_columns(plan), false);
    IF rows >= 500 THEN
        PERFORM offsync.analyze_staging(device_id);
    END IF;
    SET CONSTRAINTS ALL DEFERRED;
    FOR step IN SELECT * FROM offsync.plan_tables(plan) ORDER BY ordinal LOOP
        PERFORM offsync.lock_staged_rows(staging, batch_id, step.tracked);
    END LOOP;
    PERFORM offsync.check_columns(plan);
    PERFORM offsync.compare_versions(staging, batch_id, plan);
    PERFORM offsync.find_taken_rows(staging, batch_id);
END
$$;

CREATE FUNCTION offsync.compare_versions(staging text, batch_id bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    unsent jsonb := offsync.unsent_columns(plan);
    step   record;
BEGIN
    FOR step IN SELECT * FROM offsync.plan_tables(plan) ORDER BY ordinal LOOP
        PERFORM offsync.find_conflicts(staging, batch_id, step.tracked, unsent -> (step.tracked).id::text);
    END LOOP;
    PERFORM offsync.find_waiting(staging, batch_id);
END
$$;

-- The usual way: one statement for each table and kind of change, parents before children.
CREATE FUNCTION offsync.write_batch(staging text, batch_id bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    step record;
BEGIN
    FOR step IN SELECT * FROM offsync.plan_tables(plan) ORDER BY ordinal LOOP
        IF NOT step.referenced THEN
            PERFORM offsync.delete_staged(staging, batch_id, step.tracked);
        END IF;
        PERFORM offsync.put_staged(staging, batch_id, step.tracked, layout)
        FROM jsonb_array_elements(plan) AS layout
        WHERE (layout ->> 'table')::integer = (step.tracked).id;
    END LOOP;
    FOR step IN SELECT * FROM offsync.plan_tables(plan) WHERE referenced ORDER BY ordinal DESC LOOP
        PERFORM offsync.delete_staged(staging, batch_id, step.tracked);
    END LOOP;
END
$$;

-- The tables of a plan in its order; referenced: foreign keys point at it, so a deletion may cascade and comes last.
CREATE FUNCTION offsync.plan_tables(plan jsonb)
RETURNS TABLE (ordinal bigint, tracked offsync.tracked_table, referenced boolean)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT min(layout.ordinal), t,
           EXISTS (SELECT FROM pg_constraint AS c WHERE c.confrelid = t.relation AND c.contype = 'f')
    FROM jsonb_array_elements(plan) WITH ORDINALITY AS layout(value, ordinal)
    JOIN offsync.tracked_table AS t ON t.id = (layout.value ->> 'table')::integer
    GROUP BY t.id, t
$$;

CREATE FUNCTION offsync.unsent_columns(plan jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(jsonb_object_agg(layout ->> 'table', unsent.columns), '{}')
    FROM jsonb_array_elements(plan) AS layout
    CROSS JOIN LATERAL (
        SELECT jsonb_object_agg(name, NULL) AS columns
        FROM jsonb_array_elements_text(layout -> 'hub_columns') AS name
        WHERE NOT layout -> 'sent' ? name
    ) AS unsent
    WHERE unsent.columns IS NOT NULL
$$;

-- The staged texts are in the column order that the device read at the beginning of the contact. The rows' tables are
-- locked by now, so what is compared here stays.
CREATE FUNCTION offsync.check_columns(plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    changed text;
BEGIN
    SELECT string_agg(DISTINCT t.relation::regclass::text, ', ') INTO changed
    FROM jsonb_array_elements(plan) AS layout
    JOIN offsync.tracked_table AS t ON t.id = (layout ->> 'table')::integer
    WHERE offsync.column_names(t.relation) IS DISTINCT FROM layout -> 'hub_columns';
    IF changed IS NOT NULL THEN
        RAISE EXCEPTION 'the columns of % changed during this contact', changed USING ERRCODE = 'OS412';
    END IF;
END
$$;

-- Locks in the order of the keys, so that two devices cannot deadlock. Versions are read by a later statement: one that
-- locks and reads at once would wait and then return the new row beside the old version.
CREATE FUNCTION offsync.lock_staged_rows(staging text, batch_id bigint, tracked offsync.tracked_table) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    EXECUTE format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', tracked.relation::regclass);
    EXECUTE format(
        'SELECT FROM %s AS t JOIN %s AS s ON %s
         WHERE s.batch = $1 AND s.table_id = $2 AND s.base_version <> 0
         ORDER BY %s
         FOR UPDATE OF t',
        tracked.relation::regclass, staging, offsync.same_key(tracked, 't', tracked.key_columns),
        (SELECT string_agg(format('t.%I', c), ', ') FROM unnest(tracked.key_columns) AS c))
    USING batch_id, tracked.id;
END
$$;

-- The batch that this transaction applies.
CREATE FUNCTION offsync.current_push() RETURNS offsync.push
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    push offsync.push;
BEGIN
    SELECT * INTO push FROM offsync.push AS p WHERE p.xid = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this transaction applies no batch' USING ERRCODE = 'OS500';
    END IF;
    RETURN push;
END
$$;

-- Compares what the staged rows of this transaction's batch rest on with what the hub knows of them. As the owner, because
-- a device reads the sidecar's entries of the rows that it sees alone, and an index could not be used there.
CREATE FUNCTION offsync.compare_staged(table_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    push offsync.push := offsync.current_push();
    staging text := format('offsync.staging_%s', push.device_id);
    tracked offsync.tracked_table;
    sidecar text := format('offsync.row_%s', table_id);
    sidecar_key text;
BEGIN
    SELECT * INTO tracked FROM offsync.tracked_table AS t
    WHERE t.id = table_id AND has_table_privilege(session_user, t.relation, 'SELECT');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'permission denied for table %', offsync.display_name(
                (SELECT t.relation FROM offsync.tracked_table AS t WHERE t.id = table_id))
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    sidecar_key := offsync.same_key(tracked, 'r', offsync.sidecar_keys(tracked));
    -- Rows whose state on the hub is not the one that the device's change rests on.
    EXECUTE format(
        'UPDATE %s AS s
         SET hub_exists = NOT r.deleted,
             hub_version = r.version,
             hub_changed_at = r.changed_at,
             outcome = CASE
                 WHEN r.deleted AND s.row IS NULL THEN ''agreed''
                 WHEN r.deleted AND s.base_version = r.version THEN NULL
                 WHEN r.deleted AND s.base_version = 0 THEN ''version''
                 ELSE ''conflict''
             END
         FROM %s AS r
         WHERE %s AND s.batch = $1 AND s.table_id = $2 AND (r.deleted OR r.version <> s.base_version)',
        staging, sidecar, sidecar_key)
    USING push.batch, tracked.id;
    -- Rows that the device knew and the hub has not even a tombstone of.
    EXECUTE format(
        'UPDATE %s AS s
         SET hub_exists = false, outcome = CASE WHEN s.row IS NULL THEN ''agreed'' ELSE ''conflict'' END
         WHERE s.batch = $1 AND s.table_id = $2 AND s.base_version <> 0
           AND NOT EXISTS (SELECT FROM %s AS r WHERE %s)',
        staging, sidecar, sidecar_key)
    USING push.batch, tracked.id;
END
$$;

-- unsent: an object of the columns that the device does not send, all null; NULL where it sends every column.
CREATE FUNCTION offsync.find_conflicts(staging text, batch_id bigint, tracked offsync.tracked_table, unsent jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    hidden text;
BEGIN
    IF tracked.has_feed THEN
        PERFORM offsync.compare_staged(tracked.id);
    ELSE
        PERFORM offsync.compare_with_rows(staging, batch_id, tracked);
    END IF;
    EXECUTE format(
        'UPDATE %s AS s
         SET hub_row = (t.*)::text,
             outcome = CASE WHEN %s::text = s.row THEN ''equal'' ELSE ''conflict'' END
         FROM %s AS t
         WHERE %s AND s.batch = $1 AND s.table_id = $2 AND s.outcome = ''conflict'' AND s.hub_exists',
        staging, CASE WHEN unsent IS NULL THEN '(t.*)' ELSE 'jsonb_populate_record(t.*, $3)' END,
        tracked.relation::regclass, offsync.same_key(tracked, 't', tracked.key_columns))
    USING batch_id, tracked.id, unsent;
    EXECUTE format(
        'SELECT min(key::text) FROM %s
         WHERE batch = $1 AND table_id = $2 AND outcome = ''conflict'' AND hub_exists AND hub_row IS NULL', staging)
    INTO hidden USING batch_id, tracked.id;
    IF hidden IS NOT NULL THEN
        RAISE EXCEPTION 'row % of % exists, but this role may not see it', hidden, tracked.relation::regclass
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- A row must not attach to a stranger's row: what references, directly or through others, a row whose insert is in
-- conflict waits with it; what it waits for is the conflict itself, however many rows are in between.
CREATE FUNCTION offsync.find_waiting(staging text, batch_id bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    reference record;
    found_now bigint;
    found_all bigint;
BEGIN
    LOOP
        found_all := 0;
        EXECUTE format('SELECT count(*) FROM %s WHERE batch = $1 AND base_version = 0 AND row IS NOT NULL
                        AND outcome IN (''conflict'', ''unique_violation'', ''foreign_key'', ''waits'')', staging)
        INTO found_now USING batch_id;
        EXIT WHEN found_now = 0;
        FOR reference IN SELECT * FROM offsync.tracked_reference LOOP
            EXECUTE format(
                'UPDATE %s AS s
                 SET outcome = ''waits'', blocked_by = parent.operation
                 FROM (SELECT coalesce(p.blocked_by, p.operation) AS operation, p.row::%s AS parent
                       FROM %s AS p
                       WHERE p.batch = $1 AND p.table_id = $2 AND p.base_version = 0 AND p.row IS NOT NULL
                         AND p.outcome IN (''conflict'', ''unique_violation'', ''foreign_key'', ''waits'')) AS parent
                 WHERE s.batch = $1 AND s.table_id = $3 AND s.row IS NOT NULL
                   AND (s.outcome IS NULL OR s.outcome = ''version'')
                   AND s.operation <> parent.operation
                   AND %s',
                staging, offsync.qualified(reference.parent), staging,
                (SELECT string_agg(format('((s.row)::%s).%I = (parent.parent).%I',
                                          offsync.qualified(reference.child), c.child, c.parent), ' AND ')
                 FROM unnest(reference.child_columns, reference.parent_columns) AS c(child, parent)))
            USING batch_id, reference.parent_id, reference.child_id;
            GET DIAGNOSTICS found_now = ROW_COUNT;
            found_all := found_all + found_now;
        END LOOP;
        EXIT WHEN found_all = 0;
    END LOOP;
END
$$;

CREATE FUNCTION offsync.delete_staged(staging text, batch_id bigint, tracked offsync.tracked_table) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    expected bigint;
    deleted bigint;
BEGIN
    EXECUTE format('SELECT count(*) FROM %s WHERE batch = $1 AND table_id = $2 AND row IS NULL AND outcome IS NULL',
                   staging)
    INTO expected USING batch_id, tracked.id;
    IF expected = 0 THEN
        RETURN;
    END IF;
    EXECUTE format(
        'DELETE FROM %s AS t USING %s AS s
         WHERE %s AND s.batch = $1 AND s.table_id = $2 AND s.row IS NULL AND s.outcome IS NULL',
        tracked.relation::regclass, staging, offsync.same_key(tracked, 't', tracked.key_columns))
    USING batch_id, tracked.id;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    PERFORM offsync.expect_rows(tracked.relation, 'deleted', expected, deleted);
END
$$;

CREATE FUNCTION offsync.put_staged(staging text, batch_id bigint, tracked offsync.tracked_table, layout jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    relation text := offsync.qualified(tracked.relation);
    inserted_columns text;
    inserted_values text;
    updated_columns text;
    updated_values text;
    due text := 's.batch = $1 AND s.table_id = $2 AND s.layout = $3 AND s.row IS NOT NULL
                 AND (s.outcome IS NULL OR s.outcome = ''version'')';
    fresh text := '(s.base_version = 0 OR s.hub_exists IS FALSE)';
    expected bigint;
    updated bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', '), string_agg(format('(s.r).%I', a.attname), ', '),
           string_agg(quote_ident(a.attname), ', ') FILTER (WHERE a.attidentity <> 'a'),
           string_agg(format('(s.r).%I', a.attname), ', ') FILTER (WHERE a.attidentity <> 'a')
    INTO inserted_columns, inserted_values, updated_columns, updated_values
    FROM jsonb_array_elements_text(layout -> 'sent') AS name
    JOIN pg_attribute AS a ON a.attrelid = tracked.relation AND a.attname = name AND NOT a.attisdropped
    WHERE a.attgenerated = '';

    EXECUTE format('SELECT count(*) FROM %s AS s WHERE %s AND NOT %s', staging, due, fresh)
    INTO expected USING batch_id, tracked.id, (layout ->> 'layout')::integer;
    IF expected > 0 THEN
        EXECUTE format(
            'UPDATE %s AS t SET (%s) = ROW(%s)
             FROM (SELECT s.key, s.row::%s AS r FROM %s AS s WHERE %s AND NOT %s OFFSET 0) AS s
             WHERE %s',
            relation, updated_columns, updated_values, relation, staging, due, fresh,
            offsync.same_key(tracked, 't', tracked.key_columns))
        USING batch_id, tracked.id, (layout ->> 'layout')::integer;
        GET DIAGNOSTICS updated = ROW_COUNT;
        PERFORM offsync.expect_rows(tracked.relation, 'updated', expected, updated);
    END IF;

    EXECUTE format(
        'INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE
         SELECT %s FROM (SELECT s.row::%s AS r FROM %s AS s WHERE %s AND %s ORDER BY s.operation OFFSET 0) AS s',
        relation, inserted_columns, inserted_values, relation, staging, due, fresh)
    USING batch_id, tracked.id, (layout ->> 'layout')::integer;
END
$$;

-- Row-level security and triggers can make a statement pass over rows without a word; a device's change must not vanish.
CREATE FUNCTION offsync.expect_rows(relation oid, verb text, expected bigint, actual bigint) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF actual <> expected THEN
        RAISE EXCEPTION 'only % of % rows of % could be %', actual, expected, offsync.display_name(relation), verb
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'A row-level security policy or a trigger on the hub keeps the rest from this role.';
    END IF;
END
$$;

-- A deletion must not take rows along that the device never saw. As the owner, who sees those that the device does not.
CREATE FUNCTION offsync.refuse_unseen_cascades() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    push offsync.push := offsync.current_push();
    reference record;
    taken bigint;
BEGIN
    FOR reference IN SELECT * FROM offsync.tracked_reference WHERE on_delete = 'c' LOOP
        EXECUTE format('SELECT count(*) FROM offsync.staging_%s WHERE batch = $1 AND table_id = $2 AND row IS NULL',
                       push.device_id)
        INTO taken USING push.batch, reference.parent_id;
        CONTINUE WHEN taken = 0;
        EXECUTE format('SELECT count(*) FROM offsync.row_%s
                        WHERE xid = pg_current_xact_id() AND deleted AND origin IS NULL', reference.child_id)
        INTO taken;
        IF taken > 0 THEN
            RAISE EXCEPTION 'deleting from % would take % rows of % that this device never saw',
                reference.parent::regclass, taken, reference.child::regclass
                USING ERRCODE = 'foreign_key_violation', TABLE = reference.parent::regclass::text;
        END IF;
    END LOOP;
END
$$;
