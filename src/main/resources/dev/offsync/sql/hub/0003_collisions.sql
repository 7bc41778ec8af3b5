-- What the writes of a batch run into: other rows that hold its unique values, parents that are gone, rows that its
-- deletions would take along. Looked for only where the usual way failed, except for what a deletion would take silently.

-- What must be unique in a tracked table beside its primary key: unique indexes and exclusion constraints, over columns or
-- expressions, whole or partial. Two rows collide where every operator holds between their expressions.
CREATE VIEW offsync.tracked_unique AS
    SELECT t.id AS table_id, x.relname AS name, i.indnullsnotdistinct AS nulls_equal,
           i.indimmediate AS immediate,
           pg_get_expr(i.indpred, i.indrelid) AS predicate,
           ARRAY(SELECT format('(%s)', pg_get_indexdef(i.indexrelid, k, true))
                        || CASE WHEN i.indcollation[k - 1] = 0 THEN ''
                                ELSE format(' COLLATE %s', i.indcollation[k - 1]::regcollation) END
                 FROM generate_series(1, i.indnkeyatts) AS k ORDER BY k) AS expressions,
           ARRAY(SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                 FROM generate_series(1, i.indnkeyatts) AS k
                 JOIN pg_opclass AS class ON class.oid = i.indclass[k - 1]
                 JOIN pg_operator AS o ON o.oid = coalesce(c.conexclop[k], (
                     SELECT a.amopopr FROM pg_amop AS a
                     WHERE a.amopfamily = class.opcfamily AND a.amopmethod = class.opcmethod AND a.amopstrategy = 3
                       AND a.amoplefttype = class.opcintype AND a.amoprighttype = class.opcintype))
                 JOIN pg_namespace AS n ON n.oid = o.oprnamespace
                 ORDER BY k) AS operators,
           ARRAY(SELECT a.attname::text FROM pg_attribute AS a
                 WHERE a.attrelid = i.indrelid AND a.attnum > 0
                   AND (a.attnum = ANY (i.indkey)
                        OR EXISTS (SELECT FROM pg_depend AS d
                                   WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid
                                     AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum))
                 ORDER BY a.attnum) AS columns
    FROM pg_index AS i
    JOIN pg_class AS x ON x.oid = i.indexrelid
    JOIN offsync.tracked_table AS t ON t.relation = i.indrelid
    LEFT JOIN pg_constraint AS c ON c.conindid = i.indexrelid AND c.conrelid = i.indrelid AND c.contype IN ('u', 'x')
    WHERE (i.indisunique OR i.indisexclusion) AND NOT i.indisprimary AND i.indislive;

-- Foreign keys from or to a tracked table; the other one may be none. An operator compares a parent's column with a
-- child's.
CREATE VIEW offsync.relevant_reference AS
    SELECT c.conname AS name, c.conrelid AS child, child.id AS child_id, c.confrelid AS parent, parent.id AS parent_id,
           c.confdeltype AS on_delete,
           ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, position)
                 JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
                 ORDER BY k.position) AS child_columns,
           ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, position)
                 JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.attnum
                 ORDER BY k.position) AS parent_columns,
           ARRAY(SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                 FROM unnest(c.conpfeqop) WITH ORDINALITY AS k(operator, position)
                 JOIN pg_operator AS o ON o.oid = k.operator
                 JOIN pg_namespace AS n ON n.oid = o.oprnamespace
                 ORDER BY k.position) AS operators,
           ARRAY(SELECT a.attname::text FROM pg_attribute AS a
                 WHERE a.attrelid = c.conrelid
                   AND a.attnum = ANY (CASE WHEN cardinality(c.confdelsetcols) > 0 THEN c.confdelsetcols ELSE c.conkey END)
                 ORDER BY a.attnum) AS cleared_columns
    FROM pg_constraint AS c
    LEFT JOIN offsync.tracked_table AS child ON child.relation = c.conrelid
    LEFT JOIN offsync.tracked_table AS parent ON parent.relation = c.confrelid
    WHERE c.contype = 'f' AND c.conparentid = 0 AND (child.id IS NOT NULL OR parent.id IS NOT NULL)
      -- PostgreSQL 18: a constraint may be unenforced, and one over periods compares otherwise.
      AND coalesce(to_jsonb(c) ->> 'conenforced', 'true') = 'true'
      AND coalesce(to_jsonb(c) ->> 'conperiod', 'false') = 'false';

-- A table's name as people see it.
CREATE FUNCTION offsync.display_name(relation oid) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
    SELECT CASE WHEN n.nspname = 'public' THEN quote_ident(c.relname) ELSE format('%I.%I', n.nspname, c.relname) END
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = relation
$$;

-- A record's text as an object of texts: column name to the text of the value, JSON null for SQL NULL.
CREATE FUNCTION offsync.record_texts(columns jsonb, row_text text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(columns ->> (field.position - 1)::integer,
               CASE
                   WHEN field.text = '' THEN NULL
                   WHEN left(field.text, 1) = '"'
                   THEN replace(replace(substr(field.text, 2, length(field.text) - 2), '""', '"'), E'\\\\', E'\\')
                   ELSE field.text
               END)
    FROM (
        SELECT f.position, f.match[1] AS text
        FROM regexp_matches('(' || substr(row_text, 2, length(row_text) - 2),
                            $re$[(,]("(?:[^"\\]|""|\\\\)*"|[^,]*)$re$, 'g') WITH ORDINALITY AS f(match, position)
    ) AS field
    WHERE row_text IS NOT NULL AND field.position <= jsonb_array_length(columns)
$$;

-- SQL: the one text of the key of a row called row_alias. A table without offsync's tracking goes by its primary key.
CREATE FUNCTION offsync.key_text(relation oid, row_alias text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE count(*)
               WHEN 0 THEN 'NULL::text'
               WHEN 1 THEN format('%s.%I::text', row_alias, min(a.attname::text))
               ELSE format('json_build_array(%s)::text',
                           string_agg(format('%s.%I::text', row_alias, a.attname), ', ' ORDER BY k.position))
           END
    FROM pg_index AS i
    CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, position)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    WHERE i.indrelid = relation AND i.indisprimary AND k.position <= i.indnkeyatts
$$;

-- Tells what the writes run into, until what is left goes through: what is set aside may hold values and references that
-- another row of the batch counts on.
CREATE FUNCTION offsync.set_aside(staging text, batch_id bigint, plan jsonb) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    step   record;
    unsent jsonb := offsync.unsent_columns(plan);
    found_now bigint;
    found_all bigint;
BEGIN
    -- Somebody else's insert may have come in between: then it is the version that is in conflict.
    PERFORM offsync.compare_versions(staging, batch_id, plan);
    LOOP
        found_all := 0;
        FOR step IN SELECT * FROM offsync.plan_tables(plan) ORDER BY ordinal LOOP
            found_now := offsync.find_unique_violations(staging, batch_id, step.tracked,
                                                        unsent -> (step.tracked).id::text);
            -- What references a row that is set aside waits for it, rather than lack a parent.
            IF found_now > 0 THEN
                PERFORM offsync.find_waiting(staging, batch_id);
            END IF;
            found_all := found_all + found_now;
            found_now := offsync.find_missing_parents(staging, batch_id, step.tracked,
                                                      unsent -> (step.tracked).id::text);
            IF found_now > 0 THEN
                PERFORM offsync.find_waiting(staging, batch_id);
            END IF;
            found_all := found_all + found_now;
        END LOOP;
        PERFORM offsync.find_taken_rows(staging, batch_id);
        EXIT WHEN found_all = 0;
    END LOOP;
END
$$;

-- SQL: the rows that the batch puts into a table with the values that an index is over: operation, key, base_version, e1 ...
CREATE FUNCTION offsync.final_values(staging text, relation oid, expressions text[], predicate text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        'SELECT p.operation, p.key, p.base_version, p.row, n.*
         FROM (SELECT s.operation, s.key, s.base_version, s.row, s.row::%1$s AS r
               FROM %2$s AS s
               WHERE s.batch = $1 AND s.table_id = $2 AND s.row IS NOT NULL
                 AND (s.outcome IS NULL OR s.outcome = ''version'') OFFSET 0) AS p
         CROSS JOIN LATERAL (SELECT %3$s FROM (SELECT (p.r).*) AS q WHERE %4$s) AS n',
        relation::regclass, staging,
        (SELECT string_agg(format('%s AS e%s', e, i), ', ' ORDER BY i) FROM unnest(expressions) WITH ORDINALITY AS x(e, i)),
        coalesce(predicate, 'true'))
$$;

-- SQL: whether the values e1 ... of two rows collide.
CREATE FUNCTION offsync.colliding(operators text[], nulls_equal boolean, left_alias text, right_alias text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(
        CASE WHEN nulls_equal
             THEN format('(%1$s.e%3$s %4$s %2$s.e%3$s OR (%1$s.e%3$s IS NULL AND %2$s.e%3$s IS NULL))',
                         left_alias, right_alias, i, operator)
             ELSE format('%1$s.e%3$s %4$s %2$s.e%3$s', left_alias, right_alias, i, operator)
        END, ' AND ' ORDER BY i)
    FROM unnest(operators) WITH ORDINALITY AS o(operator, i)
$$;

-- SQL: the hub's rows with the values that an index is over: k1 ... (the key), key_text, row, e1 ...
CREATE FUNCTION offsync.held_values(tracked offsync.tracked_table, expressions text[], predicate text) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format(
        'SELECT %s, %s AS key_text, (t.*)::text AS row, %s FROM %s AS t WHERE %s',
        (SELECT string_agg(format('t.%I AS k%s', c, i), ', ' ORDER BY i)
         FROM unnest(tracked.key_columns) WITH ORDINALITY AS k(c, i)),
        offsync.key_text(tracked.relation, 't'),
        (SELECT string_agg(format('%s AS e%s', e, i), ', ' ORDER BY i) FROM unnest(expressions) WITH ORDINALITY AS x(e, i)),
        tracked.relation::regclass,
        coalesce(predicate, 'true'))
$$;

-- Finds the rows whose unique values others hold: rows of the hub that the batch does not write itself, and other rows of
-- the batch. A row that was there before has the better right, then the one that was changed first.
CREATE FUNCTION offsync.find_unique_violations(staging text, batch_id bigint, tracked offsync.tracked_table, unsent jsonb)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    index record;
    names jsonb := offsync.column_names(tracked.relation);
    hits bigint;
BEGIN
    FOR index IN SELECT * FROM offsync.tracked_unique AS u
                 WHERE u.table_id = tracked.id AND NOT coalesce(unsent, '{}') ?| u.columns ORDER BY u.name LOOP
        EXECUTE format(
            'WITH final AS MATERIALIZED (%1$s), holder AS (
                 SELECT s.operation, h.key_text, h.row, r.version, r.changed_at
                 FROM final AS s
                 JOIN (%2$s) AS h ON %3$s
                 LEFT JOIN offsync.row_%4$s AS r ON %5$s
                 WHERE NOT (%6$s)
                   AND NOT EXISTS (SELECT FROM %7$s AS s
                                   WHERE s.batch = $1 AND s.table_id = $2 AND %6$s
                                     AND (s.outcome IS NULL OR s.outcome = ''version''))
                 UNION ALL
                 SELECT s.operation, %8$s, h.row, NULL, NULL
                 FROM final AS s
                 JOIN final AS h ON %3$s
                 WHERE (h.base_version = 0, h.operation) < (s.base_version = 0, s.operation)
             ), blocked AS (
                 SELECT h.operation, min(h.version) AS version, min(h.changed_at) AS changed_at, min(h.row) AS row,
                        jsonb_agg(jsonb_build_object(
                            ''table'', $3::text, ''record_id'', h.key_text, ''effect'', ''holds'', ''constraint'', $4::text,
                            ''columns'', $5::jsonb, ''row'', offsync.record_texts($6, h.row), ''version'', h.version,
                            ''aside'', false) ORDER BY h.key_text) AS related
                 FROM holder AS h
                 GROUP BY h.operation
             )
             UPDATE %7$s AS s
             SET related = coalesce(s.related, ''[]'') || b.related,
                 hub_row = coalesce(s.hub_row, b.row),
                 hub_version = CASE WHEN s.related IS NULL THEN b.version ELSE s.hub_version END,
                 hub_changed_at = CASE WHEN s.related IS NULL THEN b.changed_at ELSE s.hub_changed_at END
             FROM blocked AS b
             WHERE s.batch = $1 AND s.operation = b.operation',
            offsync.final_values(staging, tracked.relation, index.expressions, index.predicate),
            offsync.held_values(tracked, index.expressions, index.predicate),
            offsync.colliding(index.operators, index.nulls_equal, 's', 'h'),
            tracked.id,
            (SELECT string_agg(format('r.k%s %s h.k%s', i, tracked.key_operators[i], i), ' AND ')
             FROM generate_subscripts(tracked.key_columns, 1) AS i),
            offsync.same_key(tracked, 'h', offsync.sidecar_keys(tracked)),
            staging,
            CASE cardinality(tracked.key_columns) WHEN 1 THEN 'h.key[1]' ELSE 'to_jsonb(h.key)::text' END)
        USING batch_id, tracked.id, offsync.display_name(tracked.relation), index.name, to_jsonb(index.columns), names;
    END LOOP;
    EXECUTE format('UPDATE %s SET outcome = ''unique_violation''
                    WHERE batch = $1 AND table_id = $2 AND related IS NOT NULL
                      AND (outcome IS NULL OR outcome = ''version'')', staging)
    USING batch_id, tracked.id;
    GET DIAGNOSTICS hits = ROW_COUNT;
    RETURN hits;
END
$$;

-- Finds the rows that reference a row which is not on the hub and does not come with the batch.
CREATE FUNCTION offsync.find_missing_parents(staging text, batch_id bigint, tracked offsync.tracked_table, unsent jsonb)
RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
    reference record;
    hits bigint;
BEGIN
    FOR reference IN SELECT * FROM offsync.relevant_reference AS f
                     WHERE f.child_id = tracked.id AND NOT coalesce(unsent, '{}') ?| f.child_columns
                       AND has_table_privilege(f.parent, 'SELECT') ORDER BY f.name LOOP
        EXECUTE format(
            'WITH orphan AS (
                 SELECT c.operation, %1$s AS parent_key
                 FROM (%2$s) AS c
                 WHERE %3$s
                   AND NOT EXISTS (SELECT FROM %4$s AS p WHERE %5$s %6$s)
                   %7$s
             )
             UPDATE %8$s AS s
             SET related = coalesce(s.related, ''[]'') || jsonb_build_array(jsonb_build_object(
                     ''table'', $3::text, ''record_id'', o.parent_key, ''effect'', ''missing'', ''constraint'', $4::text,
                     ''columns'', $5::jsonb, ''row'', NULL, ''version'', NULL, ''aside'', false))
             FROM orphan AS o
             WHERE s.batch = $1 AND s.operation = o.operation',
            offsync.parent_key(reference.parent, reference.parent_columns),
            offsync.final_values(staging, tracked.relation, offsync.quoted(reference.child_columns), NULL),
            (SELECT string_agg(format('c.e%s IS NOT NULL', i), ' AND ')
             FROM generate_subscripts(reference.child_columns, 1) AS i),
            reference.parent::regclass,
            offsync.referring(reference.parent_columns, reference.operators, 'p', 'c'),
            -- A parent that the batch writes goes by what it writes.
            CASE WHEN reference.parent_id IS NULL THEN ''
                 ELSE (SELECT format('AND NOT EXISTS (SELECT FROM %s AS s WHERE s.batch = $1 AND s.table_id = %s AND %s
                                      AND (s.outcome IS NULL OR s.outcome = ''version''))',
                                     staging, t.id, offsync.same_key(t, 'p', t.key_columns))
                       FROM offsync.tracked_table AS t WHERE t.id = reference.parent_id) END,
            CASE WHEN reference.parent_id IS NULL THEN ''
                 ELSE format('AND NOT EXISTS (SELECT FROM (SELECT s.row::%s AS r FROM %s AS s
                                              WHERE s.batch = $1 AND s.table_id = %s AND s.row IS NOT NULL
                                                AND (s.outcome IS NULL OR s.outcome IN (''version'', ''equal''))
                                              OFFSET 0) AS p WHERE %s)',
                             offsync.qualified(reference.parent), staging, reference.parent_id,
                             offsync.referring(reference.parent_columns, reference.operators, '(p.r)', 'c')) END,
            staging)
        USING batch_id, tracked.id, offsync.display_name(reference.parent), reference.name,
              to_jsonb(reference.parent_columns);
    END LOOP;
    EXECUTE format('UPDATE %s SET outcome = ''foreign_key'', hub_version = coalesce(hub_version, base_version)
                    WHERE batch = $1 AND table_id = $2 AND related IS NOT NULL
                      AND (outcome IS NULL OR outcome = ''version'')', staging)
    USING batch_id, tracked.id;
    GET DIAGNOSTICS hits = ROW_COUNT;
    EXECUTE format('UPDATE %s AS s SET hub_row = (t.*)::text FROM %s AS t
                    WHERE s.batch = $1 AND s.table_id = $2 AND s.outcome = ''foreign_key'' AND s.hub_row IS NULL AND %s',
                   staging, tracked.relation::regclass, offsync.same_key(tracked, 't', tracked.key_columns))
    USING batch_id, tracked.id;
    RETURN hits;
END
$$;

CREATE FUNCTION offsync.quoted(names text[]) RETURNS text[]
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg(quote_ident(name) ORDER BY i) FROM unnest(names) WITH ORDINALITY AS n(name, i)
$$;

-- SQL: whether the parent's row is the one that a child with the values e1 ... references.
CREATE FUNCTION offsync.referring(parent_columns text[], operators text[], parent_alias text, child_alias text) RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format('%s.%I %s %s.e%s', parent_alias, parent_columns[i], operators[i], child_alias, i), ' AND '
                      ORDER BY i)
    FROM generate_subscripts(parent_columns, 1) AS i
$$;

-- SQL: the key text of the parent that c.e1 ... reference; NULL where the reference is not to the primary key.
CREATE FUNCTION offsync.parent_key(parent oid, parent_columns text[]) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT CASE
               WHEN count(*) = 0 OR bool_or(array_position(parent_columns, a.attname::text) IS NULL) THEN 'NULL::text'
               WHEN count(*) = 1 THEN min(field.value)
               ELSE format('json_build_array(%s)::text', string_agg(field.value, ', ' ORDER BY k.position))
           END
    FROM pg_index AS i
    CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(attnum, position)
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
    CROSS JOIN LATERAL (
        SELECT format('c.e%s::%s::text', array_position(parent_columns, a.attname::text),
                      format_type(a.atttypid, a.atttypmod)) AS value
    ) AS field
    WHERE i.indrelid = parent AND i.indisprimary AND k.position <= i.indnkeyatts
$$;
