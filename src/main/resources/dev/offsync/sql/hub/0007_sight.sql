-- What a role may see of the hub's bookkeeping where row-level security hides rows of a business table from it: the
-- sidecar's entries of the rows that it sees, and no others, since an entry tells a key.

-- How much of a tracked table the caller sees: all, some (row-level security is active for it) or none.
CREATE FUNCTION offsync.sight(table_id integer) RETURNS text
LANGUAGE sql STABLE
AS $$
    SELECT CASE WHEN NOT pg_catalog.has_table_privilege(t.relation, 'SELECT') THEN 'none'
                WHEN pg_catalog.row_security_active(t.relation) THEN 'some'
                ELSE 'all' END
    FROM offsync.tracked_table AS t
    JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) t.relation
    WHERE t.id OPERATOR(pg_catalog.=) table_id
$$;

-- What a key is called in the face of a device that may not see its row: it can tell the keys that it has itself.
CREATE FUNCTION offsync.key_mark(secret uuid, table_id integer, key text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT substr(sha256(convert_to(concat_ws(' ', secret, table_id, key::text), 'UTF8')), 1, 16)
$$;

-- Every change of a table since a cursor, whoever may see the row, by the mark of its key. A row that left the caller's
-- sight, or was deleted, shows nowhere else.
CREATE FUNCTION offsync.marked_changes(device_id integer, table_id integer, since pg_snapshot)
RETURNS TABLE (mark bytea, version bigint, deleted boolean, changed_at timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    device offsync.device := offsync.authenticate(device_id);
    tracked offsync.tracked_table;
BEGIN
    SELECT * INTO tracked FROM offsync.tracked_table AS t WHERE t.id = table_id AND t.has_feed;
    IF NOT FOUND OR NOT has_table_privilege(session_user, tracked.relation, 'SELECT') THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT offsync.key_mark($1, $2, ARRAY[%s]), r.version, r.deleted, r.changed_at
         FROM offsync.row_%s AS r
         WHERE r.xid >= pg_snapshot_xmin($3) AND NOT pg_visible_in_snapshot(r.xid, $3)',
        (SELECT string_agg(format('r.%s::text', k), ', ' ORDER BY i)
         FROM unnest(offsync.sidecar_keys(tracked)) WITH ORDINALITY AS n(k, i)),
        tracked.id)
    USING device.mark_secret, tracked.id, since;
END
$$;

-- The positions, from 1, of those keys (an array of keys, each an array of texts) whose rows are there, seen or not.
CREATE FUNCTION offsync.present(device_id integer, table_id integer, keys jsonb) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tracked offsync.tracked_table;
BEGIN
    PERFORM offsync.authenticate(device_id);
    SELECT * INTO tracked FROM offsync.tracked_table AS t WHERE t.id = table_id AND t.has_feed;
    IF NOT FOUND OR NOT has_table_privilege(session_user, tracked.relation, 'SELECT') THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT s.position
         FROM (SELECT j.position, ARRAY(SELECT jsonb_array_elements_text(j.key)) AS key
               FROM jsonb_array_elements($1) WITH ORDINALITY AS j(key, position)) AS s
         JOIN offsync.row_%s AS r ON %s
         WHERE NOT r.deleted',
        tracked.id, offsync.same_key(tracked, 'r', offsync.sidecar_keys(tracked)))
    USING keys;
END
$$;

-- What decides about the rows that the caller sees of a table, as one text that changes when it may see others: the
-- policies, its roles and settings, and the content of whatever the policies look into. NULL where it sees all.
CREATE FUNCTION offsync.access(table_id integer) RETURNS text
LANGUAGE plpgsql STABLE
AS $$
DECLARE
    tracked  offsync.tracked_table;
    source   record;
    part     text;
    parts    text[];
BEGIN
    IF offsync.sight(table_id) IS DISTINCT FROM 'some' THEN
        RETURN NULL;
    END IF;
    SELECT * INTO tracked FROM offsync.tracked_table AS t WHERE t.id OPERATOR(pg_catalog.=) table_id;
    parts := ARRAY[offsync.policies(tracked.relation), offsync.caller()];
    FOR source IN SELECT * FROM offsync.policy_sources(tracked.relation) LOOP
        BEGIN
            EXECUTE source.query INTO part;
        EXCEPTION WHEN OTHERS THEN
            -- Then the policy itself fails, too, and the pull says why.
            part := SQLERRM;
        END;
        parts := pg_catalog.array_append(parts, coalesce(part, ''));
    END LOOP;
    RETURN pg_catalog.md5(pg_catalog.array_to_string(parts, ' '));
END
$$;

CREATE FUNCTION offsync.policies(relation oid) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(concat_ws(' ', p.polname, p.polcmd, p.polpermissive, p.polroles, p.polqual, f.bodies), ' '
                      ORDER BY p.polname)
    FROM pg_policy AS p
    CROSS JOIN LATERAL (
        SELECT string_agg(concat_ws(' ', f.oid, f.prosrc, f.prosqlbody), ' ' ORDER BY f.oid) AS bodies
        FROM pg_depend AS d
        JOIN pg_proc AS f ON f.oid = d.refobjid
        WHERE d.classid = 'pg_policy'::regclass AND d.objid = p.oid AND d.refclassid = 'pg_proc'::regclass
    ) AS f
    WHERE p.polrelid = relation AND p.polcmd IN ('r', '*')
$$;

-- The roles and settings that the caller has.
CREATE FUNCTION offsync.caller() RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT concat_ws(' ', session_user,
        (SELECT string_agg(r.oid::text, ' ' ORDER BY r.oid) FROM pg_roles AS r WHERE pg_has_role(r.oid, 'USAGE')),
        (SELECT string_agg(s::text, ' ' ORDER BY s.setdatabase, s.setrole)
         FROM pg_db_role_setting AS s
         WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
           AND s.setrole IN (0, to_regrole(quote_ident(session_user)))))
$$;

-- Queries, for the caller to run, for what a table's policies read apart from its own columns: the columns of other tables
-- that they name, and the results of functions without arguments.
CREATE FUNCTION offsync.policy_sources(relation oid) RETURNS TABLE (query text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH source AS (
        SELECT DISTINCT d.refclassid, d.refobjid, d.refobjsubid
        FROM pg_policy AS p
        JOIN pg_depend AS d ON d.classid = 'pg_policy'::regclass AND d.objid = p.oid
        WHERE p.polrelid = relation AND p.polcmd IN ('r', '*') AND d.refobjid <> relation
    )
    SELECT format('SELECT concat(count(*), '' '', sum(hashtextextended(ROW(%s)::text, 0))) FROM %s AS t',
                  string_agg(format('t.%I', a.attname), ', ' ORDER BY a.attnum), offsync.qualified(c.oid))
    FROM source AS s
    JOIN pg_class AS c ON s.refclassid = 'pg_class'::regclass AND c.oid = s.refobjid
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = s.refobjsubid AND a.attnum > 0
    GROUP BY c.oid
    UNION ALL
    SELECT format('SELECT string_agg(f::text, '' '' ORDER BY f::text) FROM %I.%I() AS f', n.nspname, f.proname)
    FROM source AS s
    JOIN pg_proc AS f ON s.refclassid = 'pg_proc'::regclass AND f.oid = s.refobjid AND f.pronargs = 0
    JOIN pg_namespace AS n ON n.oid = f.pronamespace
    ORDER BY 1
$$;
