-- C: from staging into the business table, 500,000 rows: forms of staging, forms of parsing, with and without the hub's sidecar.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET TimeZone = 'UTC';
SET work_mem = '64MB';
CREATE SCHEMA c;
CREATE TABLE c.t (id bigint PRIMARY KEY, name text, price numeric, qty int, at timestamptz, note text);
CREATE TABLE c.source AS
SELECT g::bigint AS id, 'name ' || g AS name, g * 1.25 AS price, g AS qty, now() AS at, 'a note of some length ' || g AS note FROM generate_series(1, 500000) AS g;
CREATE UNLOGGED TABLE c.generic (
  batch bigint, ordinal bigint, table_id int, operation "char", key text[], base_version bigint, operations int,
  changed_at timestamptz, outcome "char", "row" text, PRIMARY KEY (batch, ordinal)
);
CREATE UNLOGGED TABLE c.typed (
  batch bigint, ordinal bigint, operation "char", base_version bigint, operations int, changed_at timestamptz, outcome "char",
  id bigint, name text, price numeric, qty int, at timestamptz, note text, PRIMARY KEY (batch, ordinal)
);
CREATE UNLOGGED TABLE c.as_jsonb (LIKE c.generic INCLUDING INDEXES);
ALTER TABLE c.as_jsonb ALTER COLUMN "row" TYPE jsonb USING NULL;
CREATE TABLE c.row_1 (id bigint PRIMARY KEY, version bigint NOT NULL, xid xid8 NOT NULL, deleted boolean NOT NULL, origin int, changed_at timestamptz);
CREATE INDEX ON c.row_1 (xid);
-- The lot being applied; the trigger has no other way to know it.
CREATE UNLOGGED TABLE c.lot (batch bigint, form text);
INSERT INTO c.lot VALUES (1, 'generic');

CREATE FUNCTION c.sidecar() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE current c.lot;
BEGIN
  SELECT * INTO current FROM c.lot;
  IF current.form = 'typed' THEN
    INSERT INTO c.row_1 AS r (id, version, xid, deleted, origin, changed_at)
    SELECT n.id, 1, pg_current_xact_id(), false, 7, s.changed_at
    FROM new_rows AS n LEFT JOIN c.typed AS s ON s.batch = current.batch AND s.id = n.id
    ON CONFLICT (id) DO UPDATE SET version = r.version + 1, xid = excluded.xid, deleted = false, origin = excluded.origin, changed_at = excluded.changed_at;
  ELSIF current.form = 'alone' THEN
    INSERT INTO c.row_1 AS r (id, version, xid, deleted, origin, changed_at)
    SELECT n.id, 1, pg_current_xact_id(), false, 7, now() FROM new_rows AS n
    ON CONFLICT (id) DO UPDATE SET version = r.version + 1, xid = excluded.xid, deleted = false, origin = excluded.origin, changed_at = excluded.changed_at;
  ELSE
    INSERT INTO c.row_1 AS r (id, version, xid, deleted, origin, changed_at)
    SELECT n.id, 1, pg_current_xact_id(), false, 7, s.changed_at
    FROM new_rows AS n LEFT JOIN c.generic AS s ON s.batch = current.batch AND s.table_id = 1 AND (s.key[1])::bigint = n.id
    ON CONFLICT (id) DO UPDATE SET version = r.version + 1, xid = excluded.xid, deleted = false, origin = excluded.origin, changed_at = excluded.changed_at;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sidecar AFTER INSERT ON c.t REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION c.sidecar();

-- One file for each form, and fifty lots of the generic one, beside the server's data.
CREATE FUNCTION c.file(name text) RETURNS text LANGUAGE sql AS $$ SELECT current_setting('data_directory') || '/' || name || '.copy' $$;
CREATE PROCEDURE c.unload() LANGUAGE plpgsql AS $p$
DECLARE i int;
BEGIN
  EXECUTE format('COPY c.source TO %L', c.file('plain'));
  EXECUTE format($$COPY (SELECT 1, id, 1, 'I', ARRAY[id::text], 0, 1, now(), NULL, (s.*)::text FROM c.source AS s) TO %L$$, c.file('generic'));
  EXECUTE format($$COPY (SELECT 1, id, 'I', 0, 1, now(), NULL, s.* FROM c.source AS s) TO %L$$, c.file('typed'));
  EXECUTE format($$COPY (SELECT 1, id, 1, 'I', ARRAY[id::text], 0, 1, now(), NULL, to_jsonb(s.*) FROM c.source AS s) TO %L$$, c.file('as_jsonb'));
  FOR i IN 1..50 LOOP
    EXECUTE format($$COPY (SELECT %s, id, 1, 'I', ARRAY[id::text], 0, 1, now(), NULL, (s.*)::text FROM c.source AS s WHERE id > %s AND id <= %s) TO %L$$,
      i, (i - 1) * 10000, i * 10000, c.file('lot' || i));
  END LOOP;
END $p$;
CALL c.unload();

CREATE TABLE c.form (ordinal int GENERATED ALWAYS AS IDENTITY, staging text, name text, query text);
INSERT INTO c.form (staging, name, query) VALUES
  ('typed', 'typed staging, INSERT SELECT', 'SELECT id, name, price, qty, at, note FROM c.typed WHERE batch = 1'),
  ('generic', 'row text, subquery with OFFSET 0', 'SELECT (s.r).id, (s.r).name, (s.r).price, (s.r).qty, (s.r).at, (s.r).note FROM (SELECT "row"::c.t AS r FROM c.generic WHERE batch = 1 OFFSET 0) AS s'),
  ('generic', 'row text, subquery without OFFSET 0', 'SELECT (s.r).id, (s.r).name, (s.r).price, (s.r).qty, (s.r).at, (s.r).note FROM (SELECT "row"::c.t AS r FROM c.generic WHERE batch = 1) AS s'),
  ('generic', 'row text, (row::t).*', 'SELECT ("row"::c.t).* FROM c.generic WHERE batch = 1'),
  ('generic', 'row text, CTE AS MATERIALIZED', 'WITH s AS MATERIALIZED (SELECT "row"::c.t AS r FROM c.generic WHERE batch = 1) SELECT (s.r).* FROM s'),
  ('generic', 'row text, LATERAL unnest(ARRAY[row::t])', 'SELECT r.* FROM c.generic AS s CROSS JOIN LATERAL unnest(ARRAY[s."row"::c.t]) AS r WHERE batch = 1'),
  ('as_jsonb', 'jsonb, LATERAL jsonb_populate_record', 'SELECT r.* FROM c.as_jsonb AS s CROSS JOIN LATERAL jsonb_populate_record(NULL::c.t, s."row") AS r WHERE batch = 1'),
  ('as_jsonb', 'jsonb, subquery with OFFSET 0', 'SELECT (s.r).* FROM (SELECT jsonb_populate_record(NULL::c.t, "row") AS r FROM c.as_jsonb WHERE batch = 1 OFFSET 0) AS s');

-- Fifty lots: stage, apply, clear away; each in its own transaction.
CREATE PROCEDURE c.lots(clear text) LANGUAGE plpgsql AS $p$
DECLARE i int;
BEGIN
  FOR i IN 1..50 LOOP
    EXECUTE format('COPY c.generic FROM %L', c.file('lot' || i));
    UPDATE c.lot SET batch = i, form = 'generic';
    EXECUTE format('INSERT INTO c.t (id, name, price, qty, at, note)
      SELECT (s.r).id, (s.r).name, (s.r).price, (s.r).qty, (s.r).at, (s.r).note FROM (SELECT "row"::c.t AS r FROM c.generic WHERE batch = %s OFFSET 0) AS s', i);
    EXECUTE replace(clear, '$1', i::text);
  END LOOP;
END $p$;

CREATE PROCEDURE c.measure(rounds int) LANGUAGE plpgsql AS $p$
DECLARE
  f c.form; i int; staging text;
  best text := (SELECT query FROM c.form WHERE name = 'row text, subquery with OFFSET 0');
BEGIN
  FOR i IN 1..rounds LOOP
    TRUNCATE c.t, c.row_1; ALTER TABLE c.t DISABLE TRIGGER sidecar; COMMIT; CHECKPOINT;
    CALL bench.clock('C1 staging of 500,000 rows by COPY', 'none', i, format('COPY c.t FROM %L', c.file('plain')));
    -- Everything is a multiple of the plain COPY, so that parts can be added up.
    INSERT INTO bench.measure SELECT p.part, 'none', m.round, m.ms, m.cpu_ms
    FROM bench.measure AS m, (VALUES ('C2 apply without sidecar'), ('C3 apply with sidecar'), ('C4 stage, apply with sidecar, clear')) AS p(part)
    WHERE m.part LIKE 'C1%' AND m.variant = 'none' AND m.round = i;
    FOREACH staging IN ARRAY ARRAY['typed', 'generic', 'as_jsonb'] LOOP
      EXECUTE format('TRUNCATE c.%I', staging); COMMIT;
      CALL bench.clock('C1 staging of 500,000 rows by COPY', staging, i, format('COPY c.%I FROM %L', staging, c.file(staging)));
    END LOOP;
    FOR f IN SELECT * FROM c.form ORDER BY ordinal LOOP
      TRUNCATE c.t, c.row_1; ALTER TABLE c.t DISABLE TRIGGER sidecar; COMMIT; CHECKPOINT;
      CALL bench.clock('C2 apply without sidecar', f.name, i, 'INSERT INTO c.t (id, name, price, qty, at, note) ' || f.query);
      CONTINUE WHEN f.ordinal NOT IN (1, 2, 7);
      TRUNCATE c.t, c.row_1; ALTER TABLE c.t ENABLE TRIGGER sidecar; UPDATE c.lot SET batch = 1, form = f.staging; COMMIT; CHECKPOINT;
      CALL bench.clock('C3 apply with sidecar', f.name, i, 'INSERT INTO c.t (id, name, price, qty, at, note) ' || f.query);
      CONTINUE WHEN f.ordinal <> 2;
      TRUNCATE c.t, c.row_1; UPDATE c.lot SET form = 'alone'; COMMIT; CHECKPOINT;
      CALL bench.clock('C3 apply with sidecar', f.name || ', sidecar not joined to staging', i, 'INSERT INTO c.t (id, name, price, qty, at, note) ' || f.query);
    END LOOP;
    TRUNCATE c.t, c.row_1, c.generic; ALTER TABLE c.t ENABLE TRIGGER sidecar; UPDATE c.lot SET form = 'generic', batch = 1; COMMIT; CHECKPOINT;
    CALL bench.clock('C4 stage, apply with sidecar, clear', 'one lot of 500,000, TRUNCATE', i,
      format('DO $d$ BEGIN COPY c.generic FROM %L; INSERT INTO c.t %s; TRUNCATE c.generic; END $d$', c.file('generic'), best));
    TRUNCATE c.t, c.row_1, c.generic; COMMIT; CHECKPOINT;
    CALL bench.clock('C4 stage, apply with sidecar, clear', '50 lots of 10,000, TRUNCATE each', i, 'CALL c.lots(''TRUNCATE c.generic'')');
    TRUNCATE c.t, c.row_1, c.generic; COMMIT; CHECKPOINT;
    CALL bench.clock('C4 stage, apply with sidecar, clear', '50 lots of 10,000, DELETE each', i, 'CALL c.lots(''DELETE FROM c.generic WHERE batch = $1'')');
    TRUNCATE c.t, c.row_1, c.generic, c.typed, c.as_jsonb; COMMIT;
  END LOOP;
END $p$;
CALL c.measure(:rounds);
