-- The exact way to apply a batch, after the usual one ran into something; and whom to blame where this fails, too.

-- The values that rows of the batch hold on the hub and others of its rows are to get: no order of single updates passes
-- where they go round in a circle and the constraint cannot be deferred. The holders are put back with their new unique
-- values in silence, and updated after that as if nothing had been; with values that nobody has, where a row that is yet to
-- be deleted holds the new ones. A role that may not silence triggers gives them such values aloud; then triggers fire
-- twice there, and the answer is true.
CREATE FUNCTION offsync.free_unique_values(staging text, batch_id bigint, tracked offsync.tracked_table, unsent jsonb)
RETURNS boolean
LANGUAGE plpgsql
AS $$
DECLARE
    index record;
    contested text[] := '{}';
    held bigint := 0;
    held_now bigint;
    relation text := offsync.qualified(tracked.relation);
    former text := current_setting('session_replication_role');
    others text := format(
        'UPDATE %s AS t SET %s FROM %s AS s
         WHERE s.batch = $1 AND s.table_id = $2 AND s.outcome IS NULL AND s.hub_row IS NOT NULL AND %s',
        relation, offsync.placeholders(tracked), staging, offsync.same_key(tracked, 't', tracked.key_columns));
BEGIN
    FOR index IN SELECT * FROM offsync.tracked_unique AS u
                 WHERE u.table_id = tracked.id AND u.immediate AND NOT coalesce(unsent, '{}') ?| u.columns
                 ORDER BY u.name LOOP
        EXECUTE format(
            'WITH final AS MATERIALIZED (%1$s)
             UPDATE %2$s AS s SET hub_row = h.row
             FROM final AS f JOIN (%3$s) AS h ON %4$s
             WHERE s.batch = $1 AND s.table_id = $2 AND %5$s AND s.operation <> f.operation
               AND s.row IS NOT NULL AND s.outcome IS NULL AND s.hub_row IS NULL',
            offsync.final_values(staging, tracked.relation, index.expressions, index.predicate), staging,
            offsync.held_values(tracked, index.expressions, index.predicate),
            offsync.colliding(index.operators, index.nulls_equal, 'f', 'h'),
            offsync.same_key(tracked, 'h', offsync.sidecar_keys(tracked)))
        USING batch_id, tracked.id;
        GET DIAGNOSTICS held_now = ROW_COUNT;
        held := held + held_now;
        contested := contested || index.columns;
    END LOOP;
    IF held = 0 THEN
        RETURN false;
    END IF;
    IF NOT has_parameter_privilege('session_replication_role', 'SET') THEN
        EXECUTE others USING batch_id, tracked.id;
        RETURN true;
    END IF;
    PERFORM set_config('session_replication_role', 'replica', true);
    BEGIN
        EXECUTE format('DELETE FROM %s AS t USING %s AS s
                        WHERE s.batch = $1 AND s.table_id = $2 AND s.outcome IS NULL AND s.hub_row IS NOT NULL AND %s',
                       relation, staging, offsync.same_key(tracked, 't', tracked.key_columns))
        USING batch_id, tracked.id;
        EXECUTE format(
            'INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE
             SELECT %3$s FROM (SELECT s.row::%1$s AS n, s.hub_row::%1$s AS o FROM %4$s AS s
                               WHERE s.batch = $1 AND s.table_id = $2 AND s.outcome IS NULL AND s.hub_row IS NOT NULL
                               OFFSET 0) AS s',
            relation,
            (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = tracked.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
            (SELECT string_agg(format('(s.%s).%I', CASE WHEN a.attname = ANY (contested) THEN 'n' ELSE 'o' END, a.attname),
                               ', ' ORDER BY a.attnum) FROM pg_attribute AS a
             WHERE a.attrelid = tracked.relation AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
            staging)
        USING batch_id, tracked.id;
    EXCEPTION
        WHEN unique_violation THEN
            EXECUTE others USING batch_id, tracked.id;
    END;
    PERFORM set_config('session_replication_role', former, true);
    EXECUTE format('UPDATE %s SET hub_row = NULL WHERE batch = $1 AND table_id = $2 AND outcome IS NULL
                    AND hub_row IS NOT NULL', staging)
    USING batch_id, tracked.id;
    RETURN false;
END
$$;

-- SQL: assignments that take a row's unique values away for the moment: NULL where that may be, else a value that nobody has.
CREATE FUNCTION offsync.placeholders(tracked offsync.tracked_table) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT coalesce(string_agg(DISTINCT format('%I = %s', chosen.attname, chosen.value), ', '),
                    format('%I = t.%1$I', tracked.key_columns[1]))
    FROM offsync.tracked_unique AS u
    CROSS JOIN LATERAL (
        SELECT a.attname,
               CASE WHEN NOT a.attnotnull AND NOT u.nulls_equal THEN 'NULL'
                    WHEN a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype)
                        THEN format('md5(gen_random_uuid()::text)::%s', format_type(a.atttypid, a.atttypmod))
                    WHEN a.atttypid = 'uuid'::regtype THEN 'gen_random_uuid()'
                    WHEN a.atttypid = 'smallint'::regtype THEN '(-30000 - random() * 2000)::smallint'
                    WHEN a.atttypid = 'integer'::regtype THEN '(-2000000000 - random() * 100000000)::integer'
                    WHEN a.atttypid = 'bigint'::regtype OR a.atttypid = 'numeric'::regtype AND a.atttypmod = -1
                        THEN '(-4000000000000000 - (random() * 1000000000000)::bigint)'
                    WHEN a.atttypid = 'numeric'::regtype AND size.scale <= size.digits
                        THEN format('(-round((random() * %s)::numeric, %s))', 10 ^ least(size.digits - size.scale, 15) - 1, size.scale)
                    WHEN a.atttypid = 'date'::regtype THEN '(date ''4000-01-01 BC'' + (random() * 100000)::integer)'
                    WHEN a.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype)
                        THEN format('(timestamp ''4000-01-01 BC'' + random() * interval ''36500 days'')::%s',
                                    format_type(a.atttypid, a.atttypmod))
               END AS value
        FROM pg_attribute AS a
        CROSS JOIN LATERAL (
            SELECT (a.atttypmod - 4) >> 16 & 65535 AS digits, (a.atttypmod - 4) & 2047 AS scale
        ) AS size
        WHERE a.attrelid = tracked.relation AND a.attname = ANY (u.columns) AND a.attgenerated = ''
          AND NOT a.attname = ANY (tracked.key_columns)
          AND (NOT a.attnotnull OR NOT EXISTS (SELECT FROM pg_constraint AS f
                                               WHERE f.conrelid = a.attrelid AND f.contype = 'f' AND a.attnum = ANY (f.conkey)))
    ) AS chosen
    WHERE u.table_id = tracked.id AND u.immediate AND chosen.value IS NOT NULL
$$;

-- What was written in two steps is on a higher version than the device would count.
CREATE FUNCTION offsync.count_steps(table_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    push offsync.push := offsync.current_push();
BEGIN
    EXECUTE (SELECT format(
        'UPDATE offsync.staging_%s AS s SET outcome = ''version'', hub_version = r.version - s.operations, hub_row = NULL
         FROM offsync.row_%s AS r
         WHERE s.batch = $1 AND s.table_id = $2 AND s.outcome IS NULL AND s.hub_row IS NOT NULL AND %s',
        push.device_id, t.id, offsync.same_key(t, 'r', offsync.sidecar_keys(t)))
        FROM offsync.tracked_table AS t WHERE t.id = count_steps.table_id)
    USING push.batch, table_id;
END
$$;

-- The exact way: everything in one statement, whose constraints are checked at its end, deletions first. Foreign keys in a
-- circle and values that move from row to row pass.
CREATE FUNCTION offsync.write_at_once(staging text, batch_id bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    step     record;
    parts    text[] := '{}';
    deletes  text[] := '{}';
    updates  text[] := '{}';
    counts   text[] := '{}';
    layout   jsonb;
    part     record;
    unsent   jsonb := offsync.unsent_columns(plan);
    wrong    record;
    twice    integer[] := '{}';
BEGIN
    FOR step IN SELECT * FROM offsync.plan_tables(plan) ORDER BY ordinal LOOP
        IF offsync.free_unique_values(staging, batch_id, step.tracked, unsent -> (step.tracked).id::text) THEN
            twice := twice || (step.tracked).id;
        END IF;
        deletes := deletes || format('d%s', (step.tracked).id);
        parts := parts || format(
            'd%s AS (DELETE FROM %s AS t USING %s AS s
                     WHERE %s AND s.batch = $1 AND s.table_id = %1$s AND s.row IS NULL AND s.outcome IS NULL RETURNING 1)',
            (step.tracked).id, (step.tracked).relation::regclass, staging,
            offsync.same_key(step.tracked, 't', (step.tracked).key_columns));
        counts := counts || format('(''deleted'', %s, (SELECT count(*) FROM d%s),
                                    (SELECT count(*) FROM %s WHERE batch = $1 AND table_id = %2$s AND row IS NULL
                                     AND outcome IS NULL))', (step.tracked).relation, (step.tracked).id, staging);
    END LOOP;
    FOR part IN SELECT t, l.layout FROM jsonb_array_elements(plan) WITH ORDINALITY AS l(layout, ordinal)
                JOIN offsync.tracked_table AS t ON t.id = (l.layout ->> 'table')::integer ORDER BY l.ordinal LOOP
        updates := updates || format('u%s', part.layout ->> 'layout');
        parts := parts || offsync.update_part(staging, part.t, part.layout, deletes);
        counts := counts || format('(''updated'', %s, (SELECT count(*) FROM u%s),
                                    (SELECT count(*) FROM %s AS s WHERE %s))', (part.t).relation, part.layout ->> 'layout',
                                   staging, offsync.due_part((part.t).id, part.layout, false));
    END LOOP;
    FOR part IN SELECT t, l.layout FROM jsonb_array_elements(plan) WITH ORDINALITY AS l(layout, ordinal)
                JOIN offsync.tracked_table AS t ON t.id = (l.layout ->> 'table')::integer ORDER BY l.ordinal LOOP
        parts := parts || offsync.insert_part(staging, part.t, part.layout, updates);
    END LOOP;
    EXECUTE format('WITH %s SELECT * FROM (VALUES %s) AS c(verb, relation, actual, expected)
                    WHERE actual <> expected', array_to_string(parts, ', '), array_to_string(counts, ', '))
    INTO wrong USING batch_id;
    IF wrong.verb IS NOT NULL THEN
        PERFORM offsync.expect_rows(wrong.relation::oid, wrong.verb, wrong.expected, wrong.actual);
    END IF;
    PERFORM offsync.count_steps(t) FROM unnest(twice) AS t;
END
$$;

-- SQL: which staged rows a part of the plan puts into its table; fresh ones are inserted, the others updated.
CREATE FUNCTION offsync.due_part(table_id integer, layout jsonb, fresh boolean) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('s.batch = $1 AND s.table_id = %s AND s.layout = %s AND s.row IS NOT NULL
                   AND (s.outcome IS NULL OR s.outcome = ''version'') AND %s (s.base_version = 0 OR s.hub_exists IS FALSE)',
                  table_id, layout ->> 'layout', CASE WHEN fresh THEN '' ELSE 'NOT' END)
$$;

-- SQL: a count of the rows that the named parts wrote, which makes a later part wait for them.
CREATE FUNCTION offsync.after_parts(names text[]) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format('(SELECT count(*) FROM %s)', name), ' + ') || ' >= 0' FROM unnest(names) AS name
$$;

CREATE FUNCTION offsync.update_part(staging text, tracked offsync.tracked_table, layout jsonb, earlier text[]) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        'u%1$s AS (UPDATE %2$s AS t SET (%3$s) = ROW(%4$s)
                   FROM (SELECT s.key, s.row::%2$s AS r FROM %5$s AS s WHERE %6$s AND %7$s OFFSET 0) AS s
                   WHERE %8$s RETURNING 1)',
        layout ->> 'layout', offsync.qualified(tracked.relation), string_agg(quote_ident(a.attname), ', '),
        string_agg(format('(s.r).%I', a.attname), ', '), staging, offsync.due_part(tracked.id, layout, false),
        offsync.after_parts(earlier), offsync.same_key(tracked, 't', tracked.key_columns))
    FROM jsonb_array_elements_text(layout -> 'sent') AS name
    JOIN pg_attribute AS a ON a.attrelid = tracked.relation AND a.attname = name AND NOT a.attisdropped
    WHERE a.attgenerated = '' AND a.attidentity <> 'a'
$$;

CREATE FUNCTION offsync.insert_part(staging text, tracked offsync.tracked_table, layout jsonb, earlier text[]) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        'i%1$s AS (INSERT INTO %2$s (%3$s) OVERRIDING SYSTEM VALUE
                   SELECT %4$s FROM (SELECT s.row::%2$s AS r FROM %5$s AS s WHERE %6$s AND %7$s
                                     ORDER BY s.operation OFFSET 0) AS s)',
        layout ->> 'layout', offsync.qualified(tracked.relation), string_agg(quote_ident(a.attname), ', '),
        string_agg(format('(s.r).%I', a.attname), ', '), staging, offsync.due_part(tracked.id, layout, true),
        offsync.after_parts(earlier))
    FROM jsonb_array_elements_text(layout -> 'sent') AS name
    JOIN pg_attribute AS a ON a.attrelid = tracked.relation AND a.attname = name AND NOT a.attisdropped
    WHERE a.attgenerated = ''
$$;

-- The row that the hub's error is about, after apply_batch was refused: the first one, in the order in which the rows were
-- changed, with which the batch fails as the whole does. Leaves everything for the caller to roll back. No row: nothing
-- is wrong any more.
CREATE FUNCTION offsync.find_culprit(device_id integer, batch_id bigint, plan jsonb)
RETURNS TABLE (operation bigint, message text)
LANGUAGE plpgsql
AS $$
DECLARE
    operations bigint[];
    wanted     text[];
    failure    text[];
    good       integer := 0;
    bad        integer;
    middle     integer;
BEGIN
    PERFORM offsync.unpack(device_id, batch_id);
    EXECUTE format('SELECT array_agg(s.operation ORDER BY s.operation) FROM offsync.staging_%s AS s WHERE s.batch = $1',
                   device_id)
    INTO operations USING batch_id;
    bad := cardinality(operations);
    wanted := offsync.try_batch(device_id, batch_id, plan, operations[bad], bad);
    IF wanted IS NULL THEN
        RETURN;
    END IF;
    message := wanted[2];
    WHILE bad - good > 1 LOOP
        middle := (good + bad) / 2;
        failure := offsync.try_batch(device_id, batch_id, plan, operations[middle], middle);
        IF failure[1] = wanted[1] THEN
            bad := middle;
            message := failure[2];
        ELSE
            good := middle;
        END IF;
    END LOOP;
    operation := operations[bad];
    RETURN NEXT;
END
$$;

-- What is wrong with the rows of the batch up to an operation (state and constraint, and the hub's message); NULL if
-- nothing. Has no effect.
CREATE FUNCTION offsync.try_batch(device_id integer, batch_id bigint, plan jsonb, last_operation bigint, rows bigint)
RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    staging text := format('offsync.staging_%s', device_id);
    state   text;
    name    text;
    message text;
BEGIN
    EXECUTE format('UPDATE %s SET batch = -batch WHERE batch = $1 AND operation > $2', staging)
    USING batch_id, last_operation;
    PERFORM offsync.prepare_batch(device_id, batch_id, rows, plan);
    PERFORM offsync.set_aside(staging, batch_id, plan);
    PERFORM offsync.write_at_once(staging, batch_id, plan);
    SET CONSTRAINTS ALL IMMEDIATE;
    PERFORM offsync.refuse_unseen_cascades();
    RAISE EXCEPTION 'undone' USING ERRCODE = 'OS000';
EXCEPTION
    WHEN SQLSTATE 'OS000' THEN
        RETURN NULL;
    WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, name = CONSTRAINT_NAME, message = MESSAGE_TEXT;
        IF left(state, 2) IN ('08', '40', '53', '57', '58', 'OS', 'XX') OR state = '55P03' THEN
            RAISE;
        END IF;
        RETURN ARRAY[state || ' ' || name, message];
END
$$;
