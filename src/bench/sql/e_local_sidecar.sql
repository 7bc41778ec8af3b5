-- E: what a local sidecar (typed key, hub version) costs for 500,000 rows; 'none' is the plain COPY of the business rows.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET work_mem = '64MB';
CREATE SCHEMA e;
CREATE TABLE e.t (id bigint PRIMARY KEY, name text, price numeric, qty int, at timestamptz, note text);
CREATE TABLE e.row_1 (id bigint PRIMARY KEY, version bigint NOT NULL);
-- The versions as they come back from the hub, in the order of the keys and in another.
CREATE UNLOGGED TABLE e.versions AS SELECT g::bigint AS id, 1::bigint AS version FROM generate_series(1, 500000) AS g;
CREATE UNLOGGED TABLE e.shuffled AS SELECT id, version FROM e.versions ORDER BY hashint8(id);
CREATE UNLOGGED TABLE e.as_text AS SELECT ARRAY[id::text] AS key, version FROM e.versions;
ANALYZE e.versions, e.shuffled, e.as_text;
CREATE PROCEDURE e.unload() LANGUAGE plpgsql AS $p$
BEGIN
  EXECUTE format($$COPY (SELECT g, 'name ' || g, g * 1.25, g, now(), 'a note of some length ' || g FROM generate_series(1, 500000) AS g) TO %L$$,
    current_setting('data_directory') || '/e.copy');
END $p$;
CALL e.unload();
CREATE PROCEDURE e.measure(rounds int) LANGUAGE plpgsql AS $p$
DECLARE i int; part text := 'E versions of 500,000 rows into the local sidecar';
BEGIN
  FOR i IN 1..rounds LOOP
    TRUNCATE e.t, e.row_1; COMMIT; CHECKPOINT;
    CALL bench.clock(part, 'none', i, format('COPY e.t FROM %L', current_setting('data_directory') || '/e.copy'));
    CALL bench.clock(part, 'INSERT, key order', i, 'INSERT INTO e.row_1 SELECT id, version FROM e.versions');
    CALL bench.clock(part, 'then ON CONFLICT DO UPDATE of all', i,
      'INSERT INTO e.row_1 AS r SELECT id, version + 1 FROM e.versions ON CONFLICT (id) DO UPDATE SET version = excluded.version');
    CALL bench.clock(part, 'then UPDATE of all by join', i, 'UPDATE e.row_1 AS r SET version = v.version + 2 FROM e.versions AS v WHERE v.id = r.id');
    TRUNCATE e.row_1; COMMIT; CHECKPOINT;
    CALL bench.clock(part, 'ON CONFLICT DO UPDATE into empty, key order', i,
      'INSERT INTO e.row_1 AS r SELECT id, version FROM e.versions ON CONFLICT (id) DO UPDATE SET version = excluded.version');
    TRUNCATE e.row_1; COMMIT; CHECKPOINT;
    CALL bench.clock(part, 'INSERT, another order', i, 'INSERT INTO e.row_1 SELECT id, version FROM e.shuffled');
    TRUNCATE e.row_1; COMMIT; CHECKPOINT;
    CALL bench.clock(part, 'INSERT, another order, sorted first', i, 'INSERT INTO e.row_1 SELECT id, version FROM e.shuffled ORDER BY id');
    TRUNCATE e.row_1; COMMIT; CHECKPOINT;
    CALL bench.clock(part, 'INSERT from key text[] by cast', i, 'INSERT INTO e.row_1 SELECT (key[1])::bigint, version FROM e.as_text');
  END LOOP;
END $p$;
CALL e.measure(:rounds);
