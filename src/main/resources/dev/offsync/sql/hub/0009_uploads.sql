-- How a batch comes to the hub, and the short way into the tables.

-- The pieces of a batch as they arrive: some hundred rows of one table each, in arrays, because a row of a table for each
-- would cost the hub as much again as writing it where it belongs. Every device has a table of its own, made from this one.
-- Unlogged: after a crash of the hub the device uploads again.
CREATE TABLE offsync.upload (
    batch         bigint NOT NULL,
    piece         integer NOT NULL,
    table_id      integer NOT NULL,
    layout        integer NOT NULL,              -- which list of columns the operations were captured with
    operations    bigint[] NOT NULL,             -- of each row, the first captured operation in this batch
    keys          text[] NOT NULL,               -- of several columns: the JSON array of their texts
    base_versions bigint[],                      -- as in staging; NULL: 0, all rows are new
    counts        integer[],                     -- how many operations each row stands for; NULL: one
    changed_at    timestamptz[] NOT NULL,
    rows          text[] NOT NULL,
    digest        bytea NOT NULL,                -- of what the piece says, whatever its batch, place and times are
    PRIMARY KEY (batch, piece)
);
-- To compress what leaves the table a moment later takes longer than to write it.
ALTER TABLE offsync.upload ALTER operations SET STORAGE EXTERNAL, ALTER keys SET STORAGE EXTERNAL,
    ALTER base_versions SET STORAGE EXTERNAL, ALTER counts SET STORAGE EXTERNAL, ALTER changed_at SET STORAGE EXTERNAL,
    ALTER rows SET STORAGE EXTERNAL;

-- Fewer rows than the device sent must not pass for the batch.
CREATE FUNCTION offsync.require_rows(batch_id bigint, here bigint, rows bigint) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF here IS DISTINCT FROM rows THEN
        RAISE EXCEPTION '% of the % rows of batch % are here', coalesce(here, 0), rows, batch_id USING ERRCODE = 'OS413';
    END IF;
END
$$;

-- Lays the pieces of a batch out in the staging table, row by row, and returns the number of rows.
CREATE FUNCTION offsync.unpack(device_id integer, batch_id bigint) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    unpacked bigint;
BEGIN
    EXECUTE format(
        'INSERT INTO offsync.staging_%1$s
             (batch, operation, table_id, layout, key, base_version, operations, changed_at, row)
         SELECT u.batch, e.operation, u.table_id, u.layout,
                CASE WHEN cardinality(t.key_columns) = 1 THEN ARRAY[e.key]
                     ELSE ARRAY(SELECT jsonb_array_elements_text(e.key::jsonb)) END,
                coalesce(e.base_version, 0), coalesce(e.operations, 1), e.changed_at, e.row
         FROM offsync.upload_%1$s AS u
         JOIN offsync.tracked_table AS t ON t.id = u.table_id
         CROSS JOIN LATERAL unnest(u.operations, u.keys, u.base_versions, u.counts, u.changed_at, u.rows)
             AS e(operation, key, base_version, operations, changed_at, row)
         WHERE u.batch = $1',
        device_id)
    USING batch_id;
    GET DIAGNOSTICS unpacked = ROW_COUNT;
    RETURN unpacked;
END
$$;

-- A type by a name that means the same on both sides whatever their search_path.
CREATE FUNCTION offsync.type_text(type oid, modifier integer) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
    SELECT CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN format_type(type, modifier)
                ELSE format('%I.%I(%s)', n.nspname, t.typname, modifier) END
    FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
    WHERE t.oid = type
$$;

-- Whether deleting a row of a table may change rows of others past the triggers that tell what a plain batch did.
CREATE FUNCTION offsync.takes_untold(relation oid) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT FROM pg_constraint AS c
        WHERE c.contype = 'f' AND c.conparentid = 0 AND c.confrelid = relation AND c.confdeltype NOT IN ('a', 'r')
          AND NOT (c.confdeltype = 'c'
                   AND EXISTS (SELECT FROM offsync.tracked_table AS child
                               WHERE child.relation = c.conrelid AND child.has_feed)))
$$;

-- Whether a batch may go the short way: the device knows the version of all that it changes, and the hub keeps every row as
-- it comes, text for text, or nobody asks what became of it. Columns have the types that they have on the device, and nothing
-- of the hub's own looks at single rows or rewrites the statement. A deletion may take along what tells of it alone.
CREATE FUNCTION offsync.is_plain(plan jsonb) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT bool_and(
               coalesce(layout ->> 'plain' IN ('insert', 'update', 'delete'), false)
               AND (layout ->> 'plain' <> 'delete' OR NOT offsync.takes_untold(t.relation))
               AND (NOT t.has_feed OR NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.relation AND c.relhasrules)
               AND NOT EXISTS (
                   SELECT FROM pg_trigger AS g
                   WHERE g.tgrelid IN (SELECT t.relation UNION SELECT relid FROM pg_partition_tree(t.relation::regclass))
                     AND g.tgtype & 1 = 1 AND NOT g.tgisinternal
                     AND g.tgtype & CASE layout ->> 'plain' WHEN 'insert' THEN 4 WHEN 'update' THEN 16 ELSE 8 END <> 0
                     AND g.tgfoid NOT IN (SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = 'offsync'::regnamespace))
               AND NOT EXISTS (
                   SELECT FROM jsonb_array_elements_text(layout -> 'sent') WITH ORDINALITY AS s(name, position)
                   LEFT JOIN pg_attribute AS a
                     ON a.attrelid = t.relation AND a.attname = s.name AND a.attnum > 0 AND NOT a.attisdropped
                   LEFT JOIN pg_type AS type ON type.oid = a.atttypid
                   LEFT JOIN pg_type AS element ON element.oid = type.typelem
                   WHERE offsync.type_text(a.atttypid, a.atttypmod) IS DISTINCT FROM
                         layout -> 'types' ->> (s.position - 1)::integer
                      OR type.typtype IN ('c', 'd') OR element.typtype IN ('c', 'd')
                      OR type.typtype IN ('r', 'm') AND type.typnamespace <> 'pg_catalog'::regnamespace)))
           AND count(*) = count(DISTINCT (t.id, layout ->> 'plain'))
    FROM jsonb_array_elements(plan) AS layout
    JOIN offsync.tracked_table AS t ON t.id = (layout ->> 'table')::integer
$$;

-- Writes a batch without looking first. No row needs a lock or a look at its version before: where the hub has a row of the
-- same key as an inserted one, or knows of its deletion, the insert itself runs into it; and the version of a row that is
-- updated or deleted is compared while the statement holds its lock. The order is that of the usual way.
CREATE FUNCTION offsync.write_plainly(device_id integer, batch_id bigint, rows bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    layout     jsonb;
    tracked    offsync.tracked_table;
    referenced integer[];
    here       bigint;
BEGIN
    PERFORM offsync.begin_push(device_id, batch_id, offsync.unsent_columns(plan), true);
    EXECUTE format('SELECT sum(cardinality(operations)) FROM offsync.upload_%s WHERE batch = $1', device_id)
    INTO here USING batch_id;
    PERFORM offsync.require_rows(batch_id, here, rows);
    SET CONSTRAINTS ALL DEFERRED;
    FOR tracked IN SELECT t.* FROM offsync.tracked_table AS t
                   WHERE t.id IN (SELECT (l ->> 'table')::integer FROM jsonb_array_elements(plan) AS l) ORDER BY t.id LOOP
        EXECUTE format('LOCK TABLE %s IN ROW EXCLUSIVE MODE', tracked.relation::regclass);
    END LOOP;
    PERFORM offsync.check_columns(plan);
    SELECT coalesce(array_agg((p.tracked).id), '{}') INTO referenced FROM offsync.plan_tables(plan) AS p WHERE p.referenced;
    FOR layout IN SELECT l.value FROM jsonb_array_elements(plan) WITH ORDINALITY AS l
                  WHERE l.value ->> 'plain' <> 'delete' OR (l.value ->> 'table')::integer <> ALL (referenced)
                  ORDER BY l.ordinality LOOP
        SELECT * INTO tracked FROM offsync.tracked_table AS t WHERE t.id = (layout ->> 'table')::integer;
        CASE layout ->> 'plain'
            WHEN 'insert' THEN PERFORM offsync.insert_pieces(device_id, batch_id, tracked, layout);
            WHEN 'update' THEN PERFORM offsync.update_pieces(device_id, batch_id, tracked, layout);
            ELSE PERFORM offsync.delete_pieces(device_id, batch_id, tracked, layout);
        END CASE;
    END LOOP;
    FOR layout IN SELECT l.value FROM jsonb_array_elements(plan) WITH ORDINALITY AS l
                  WHERE l.value ->> 'plain' = 'delete' AND (l.value ->> 'table')::integer = ANY (referenced)
                  ORDER BY l.ordinality DESC LOOP
        SELECT * INTO tracked FROM offsync.tracked_table AS t WHERE t.id = (layout ->> 'table')::integer;
        PERFORM offsync.delete_pieces(device_id, batch_id, tracked, layout);
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
END
$$;

-- Raises where another number of rows was written, as done says, than the pieces of a layout hold.
CREATE FUNCTION offsync.expect_pieces(device_id integer, batch_id bigint, tracked offsync.tracked_table, layout jsonb,
                                      done text, rows bigint) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    expected bigint;
BEGIN
    EXECUTE format('SELECT sum(cardinality(operations)) FROM offsync.upload_%s WHERE batch = $1 AND layout = $2', device_id)
    INTO expected USING batch_id, (layout ->> 'layout')::integer;
    PERFORM offsync.expect_rows(tracked.relation, done, expected, rows);
END
$$;

-- The order is that of the pieces, which the trigger counts on; see track_plain.sql. A function in FROM has its rows taken
-- apart once; from a value of the row's type each column would be looked for anew, past all that stand before it.
CREATE FUNCTION offsync.insert_pieces(device_id integer, batch_id bigint, tracked offsync.tracked_table, layout jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    columns  text;
    fields   text;
    inserted bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', '), string_agg(format('s.%I', a.attname), ', ')
    INTO columns, fields
    FROM jsonb_array_elements_text(layout -> 'sent') AS name
    JOIN pg_attribute AS a ON a.attrelid = tracked.relation AND a.attname = name AND NOT a.attisdropped
    WHERE a.attgenerated = '';
    EXECUTE format(
        'INSERT INTO %1$s (%2$s) OVERRIDING SYSTEM VALUE
         SELECT %3$s
         FROM (SELECT rows FROM offsync.upload_%4$s WHERE batch = $1 AND layout = $2 ORDER BY piece) AS u
         CROSS JOIN LATERAL unnest(u.rows::%1$s[]) AS s',
        offsync.qualified(tracked.relation), columns, fields, device_id)
    USING batch_id, (layout ->> 'layout')::integer;
    GET DIAGNOSTICS inserted = ROW_COUNT;
    PERFORM offsync.expect_pieces(device_id, batch_id, tracked, layout, 'inserted', inserted);
END
$$;

CREATE FUNCTION offsync.update_pieces(device_id integer, batch_id bigint, tracked offsync.tracked_table, layout jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    columns  text;
    fields   text;
    updated  bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', '), string_agg(format('s.%I', a.attname), ', ')
    INTO columns, fields
    FROM jsonb_array_elements_text(layout -> 'sent') AS name
    JOIN pg_attribute AS a ON a.attrelid = tracked.relation AND a.attname = name AND NOT a.attisdropped
    WHERE a.attgenerated = '' AND a.attidentity <> 'a';
    EXECUTE format(
        'UPDATE %1$s AS t SET (%2$s) = ROW(%3$s)
         FROM (SELECT s.* FROM offsync.upload_%4$s AS u CROSS JOIN LATERAL unnest(u.rows::%1$s[]) AS s
               WHERE u.batch = $1 AND u.layout = $2 OFFSET 0) AS s
         WHERE %5$s',
        offsync.qualified(tracked.relation), columns, fields, device_id,
        (SELECT string_agg(format('t.%1$I %2$s s.%1$I', k.name, k.operator), ' AND ')
         FROM unnest(tracked.key_columns, tracked.key_operators) AS k(name, operator)))
    USING batch_id, (layout ->> 'layout')::integer;
    GET DIAGNOSTICS updated = ROW_COUNT;
    PERFORM offsync.expect_pieces(device_id, batch_id, tracked, layout, 'updated', updated);
END
$$;

CREATE FUNCTION offsync.delete_pieces(device_id integer, batch_id bigint, tracked offsync.tracked_table, layout jsonb)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    deleted bigint;
BEGIN
    EXECUTE format(
        'DELETE FROM %1$s AS t
         USING (SELECT %2$s
                FROM (SELECT unnest(u.keys) AS key FROM offsync.upload_%3$s AS u WHERE u.batch = $1 AND u.layout = $2
                      OFFSET 0) AS e
                OFFSET 0) AS s
         WHERE %4$s',
        offsync.qualified(tracked.relation),
        (SELECT string_agg(CASE WHEN cardinality(tracked.key_columns) = 1 THEN format('e.key::%s AS k1', k.type)
                                ELSE format('(e.key::jsonb ->> %s)::%s AS k%s', k.i - 1, k.type, k.i) END, ', ')
         FROM unnest(tracked.key_types) WITH ORDINALITY AS k(type, i)),
        device_id,
        (SELECT string_agg(format('t.%I %s s.k%s', k.name, k.operator, k.i), ' AND ')
         FROM unnest(tracked.key_columns, tracked.key_operators) WITH ORDINALITY AS k(name, operator, i)))
    USING batch_id, (layout ->> 'layout')::integer;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    PERFORM offsync.expect_pieces(device_id, batch_id, tracked, layout, 'deleted', deleted);
END
$$;

-- Takes a device's pieces away. To truncate costs the same however much there is, to delete leaves room to be swept.
CREATE FUNCTION offsync.clear_upload(device_id integer, batch_id bigint) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    upload text := format('offsync.upload_%s', device_id);
    others boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT FROM %s WHERE batch <> $1)', upload) INTO others USING batch_id;
    IF others OR pg_table_size(upload::regclass) < 16777216 THEN
        EXECUTE format('DELETE FROM %s WHERE batch = $1', upload) USING batch_id;
    ELSE
        EXECUTE format('TRUNCATE %s', upload);
    END IF;
END
$$;

-- What an upload that broke off has left here.
CREATE FUNCTION offsync.uploaded_pieces(device_id integer) RETURNS SETOF bytea
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    RETURN QUERY EXECUTE format('SELECT digest FROM offsync.upload_%s', device_id);
END
$$;

-- Makes pieces that an earlier batch left part of this one, in the places named, and drops the rest. What a piece says is
-- what counts: the device may have cut its batches otherwise this time, and its times are those of the first upload.
CREATE FUNCTION offsync.adopt_pieces(device_id integer, batch_id bigint, places integer[], digests bytea[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    EXECUTE format(
        'UPDATE offsync.upload_%s AS u SET batch = $1, piece = a.place
         FROM unnest($2, $3) AS a(place, digest)
         WHERE u.digest = a.digest AND u.batch <> $1',
        device_id)
    USING batch_id, places, digests;
    EXECUTE format('DELETE FROM offsync.upload_%s WHERE batch <> $1', device_id) USING batch_id;
END
$$;

-- As compare_staged, of a table that devices only push to: its rows have no versions, and each belongs to the device
-- that made it.
CREATE FUNCTION offsync.compare_with_rows(staging text, batch_id bigint, tracked offsync.tracked_table) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    same_row text := offsync.same_key(tracked, 't', tracked.key_columns);
BEGIN
    EXECUTE format(
        'UPDATE %s AS s SET hub_exists = true, hub_version = 1, outcome = ''conflict''
         FROM %s AS t
         WHERE s.batch = $1 AND s.table_id = $2 AND s.base_version = 0 AND %s',
        staging, tracked.relation::regclass, same_row)
    USING batch_id, tracked.id;
    EXECUTE format(
        'UPDATE %s AS s
         SET hub_exists = false, outcome = CASE WHEN s.row IS NULL THEN ''agreed'' ELSE ''conflict'' END
         WHERE s.batch = $1 AND s.table_id = $2 AND s.base_version <> 0
           AND NOT EXISTS (SELECT FROM %s AS t WHERE %s)',
        staging, tracked.relation::regclass, same_row)
    USING batch_id, tracked.id;
END
$$;
