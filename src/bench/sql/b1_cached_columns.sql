-- B1: is an IMMUTABLE function of the row type, folded into the trigger's cached plan, evaluated again after DDL?
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT dblink_connect('other', format('dbname=%s host=%s user=%s', current_database(),
  split_part(current_setting('unix_socket_directories'), ',', 1), current_user));
CREATE SCHEMA b1;
CREATE TABLE b1.t (id bigserial PRIMARY KEY, name text, qty int);
-- `seen` comes from pg_attribute under the statement's own snapshot, for contrast.
CREATE TABLE b1.journal (id bigserial, columns text, image text, of_one_row text, seen text);
CREATE SEQUENCE b1.evaluated;

CREATE FUNCTION b1.names(one anyelement) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- An IMMUTABLE function may not write, but nextval leaves its mark whatever it claims.
  PERFORM nextval('b1.evaluated');
  RETURN (SELECT json_agg(k)::text FROM json_object_keys(to_json(jsonb_populate_record(one, '{}'))) AS k);
END $$;

CREATE FUNCTION b1.capture() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO b1.journal (columns, image, of_one_row, seen)
  SELECT b1.names(NULL::b1.t),
         (n.*)::text,
         (SELECT (SELECT json_agg(k)::text FROM json_object_keys(o) AS k)
          FROM (SELECT to_json(f.*) AS o FROM new_rows AS f LIMIT 1) AS first),
         (SELECT json_agg(attname ORDER BY attnum)::text FROM pg_attribute
          WHERE attrelid = tg_relid AND attnum > 0 AND NOT attisdropped)
  FROM new_rows AS n;
  RETURN NULL;
END $$;
CREATE TRIGGER capture AFTER INSERT ON b1.t REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION b1.capture();

CREATE PROCEDURE b1.look(step text, columns_wanted text, image_wanted text) LANGUAGE plpgsql AS $$
DECLARE j b1.journal;
BEGIN
  SELECT * INTO j FROM b1.journal ORDER BY id DESC LIMIT 1;
  PERFORM bench.find('B1', step, format('f(NULL::t) %s; n::text %s; keys of one row %s; pg_attribute under the snapshot %s',
    CASE WHEN j.columns = columns_wanted THEN 'right' ELSE 'WRONG ' || coalesce(j.columns, 'null') END,
    CASE WHEN j.image LIKE image_wanted THEN 'right' ELSE 'WRONG ' || coalesce(j.image, 'null') END,
    CASE WHEN j.of_one_row = columns_wanted THEN 'right' ELSE 'WRONG ' || coalesce(j.of_one_row, 'null') END,
    CASE WHEN j.seen = columns_wanted THEN 'right' ELSE 'WRONG ' || coalesce(j.seen, 'null') END));
END $$;

-- 20 statements of 10 rows: how often is it evaluated?
DO $$ BEGIN FOR i IN 1..20 LOOP INSERT INTO b1.t (name, qty) SELECT 'a', g FROM generate_series(1, 10) g; END LOOP; END $$;
SELECT bench.find('B1', 'evaluations of f in 20 statements of 10 rows (query holds tg_relid)', (SELECT last_value::text FROM b1.evaluated));
CALL b1.look('before DDL', '["id", "name", "qty"]', '(%,a,10)');

-- Same transaction.
BEGIN;
INSERT INTO b1.t (name, qty) VALUES ('w', 1);
ALTER TABLE b1.t ADD COLUMN c1 text DEFAULT 'd';
INSERT INTO b1.t (name, qty) VALUES ('b', 1);
CALL b1.look('same transaction, ADD COLUMN', '["id", "name", "qty", "c1"]', '(%,b,1,d)');
ALTER TABLE b1.t DROP COLUMN qty;
INSERT INTO b1.t (name) VALUES ('b');
CALL b1.look('same transaction, DROP COLUMN', '["id", "name", "c1"]', '(%,b,d)');
ALTER TABLE b1.t RENAME COLUMN name TO label;
INSERT INTO b1.t (label) VALUES ('b');
CALL b1.look('same transaction, RENAME COLUMN', '["id", "label", "c1"]', '(%,b,d)');
ALTER TABLE b1.t ALTER COLUMN c1 DROP DEFAULT, ALTER COLUMN c1 TYPE bytea USING 'x';
INSERT INTO b1.t (label) VALUES ('b');
CALL b1.look('same transaction, ALTER TYPE', '["id", "label", "c1"]', '(%,b,)');
SAVEPOINT s;
ALTER TABLE b1.t ADD COLUMN gone int DEFAULT 1;
INSERT INTO b1.t (label) VALUES ('b');
-- The rollback takes a finding with it, so it is carried over in a variable.
SELECT columns = '["id", "label", "c1", "gone"]' AND image LIKE '(%,b,,1)' AS held FROM b1.journal ORDER BY id DESC LIMIT 1 \gset
ROLLBACK TO s;
SELECT bench.find('B1', 'same transaction, ADD COLUMN under a savepoint: f and n::text right', :'held');
INSERT INTO b1.t (label) VALUES ('b');
CALL b1.look('same transaction, after ROLLBACK TO that savepoint', '["id", "label", "c1"]', '(%,b,)');
COMMIT;

-- Same session, another transaction.
ALTER TABLE b1.t ADD COLUMN c2 int DEFAULT 2;
INSERT INTO b1.t (label) VALUES ('c');
CALL b1.look('same session, ADD COLUMN', '["id", "label", "c1", "c2"]', '(%,c,%,2)');
ALTER TABLE b1.t DROP COLUMN c1;
INSERT INTO b1.t (label) VALUES ('c');
CALL b1.look('same session, DROP COLUMN', '["id", "label", "c2"]', '(%,c,2)');
ALTER TABLE b1.t RENAME COLUMN c2 TO c3;
INSERT INTO b1.t (label) VALUES ('c');
CALL b1.look('same session, RENAME COLUMN', '["id", "label", "c3"]', '(%,c,2)');
ALTER TABLE b1.t ALTER COLUMN c3 TYPE numeric(6,2);
INSERT INTO b1.t (label) VALUES ('c');
CALL b1.look('same session, ALTER TYPE', '["id", "label", "c3"]', '(%,c,2.00)');

-- Another session changes the table while this one holds an old snapshot and has not touched the table yet.
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM pg_class;
SELECT dblink_exec('other', 'ALTER TABLE b1.t ADD COLUMN c4 int DEFAULT 4');
INSERT INTO b1.t (label) VALUES ('d');
CALL b1.look('other session under our REPEATABLE READ snapshot, ADD COLUMN', '["id", "label", "c3", "c4"]', '(%,d,2.00,4)');
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM pg_class;
SELECT dblink_exec('other', 'ALTER TABLE b1.t DROP COLUMN c3');
INSERT INTO b1.t (label) VALUES ('d');
CALL b1.look('other session under our REPEATABLE READ snapshot, DROP COLUMN', '["id", "label", "c4"]', '(%,d,4)');
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM pg_class;
SELECT dblink_exec('other', 'ALTER TABLE b1.t RENAME COLUMN c4 TO c5');
INSERT INTO b1.t (label) VALUES ('d');
CALL b1.look('other session under our REPEATABLE READ snapshot, RENAME COLUMN', '["id", "label", "c5"]', '(%,d,4)');
COMMIT;
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM pg_class;
SELECT dblink_exec('other', 'ALTER TABLE b1.t ALTER COLUMN c5 TYPE numeric(6,1)');
INSERT INTO b1.t (label) VALUES ('d');
CALL b1.look('other session under our REPEATABLE READ snapshot, ALTER TYPE', '["id", "label", "c5"]', '(%,d,4.0)');
COMMIT;

-- Names do not show a retype; the types can come from the same place, by pg_typeof of each field.
CREATE FUNCTION b1.names_and_types(one anyelement) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE made text;
BEGIN
  EXECUTE (SELECT format('SELECT json_build_object(%s)::text FROM (SELECT ($1).*) AS r',
                         string_agg(format('%L, pg_typeof(r.%I)::oid', k, k), ', '))
           FROM json_object_keys(to_json(jsonb_populate_record(one, '{}'))) AS k)
  INTO made USING one;
  RETURN made;
END $$;
CREATE TABLE b1.retyped (id bigint, v int);
CREATE TABLE b1.shapes (id serial, shape text);
CREATE FUNCTION b1.capture_types() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b1.shapes (shape) SELECT b1.names_and_types(NULL::b1.retyped) FROM new_rows AS n;
  RETURN NULL;
END $$;
CREATE TRIGGER capture AFTER INSERT ON b1.retyped REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION b1.capture_types();
INSERT INTO b1.retyped VALUES (1, 1);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM pg_class;
SELECT dblink_exec('other', 'ALTER TABLE b1.retyped ALTER COLUMN v TYPE numeric');
INSERT INTO b1.retyped VALUES (2, 2);
COMMIT;
SELECT bench.find('B1', 'names and type oids by pg_typeof at plan time: right before and after another session''s int to numeric under our old snapshot',
  (SELECT string_agg(shape, ' then ' ORDER BY id) = '{"id" : "20", "v" : "23"} then {"id" : "20", "v" : "1700"}' FROM b1.shapes)::text);

-- Things beyond the four: the table or its schema gets another name, which the text NULL::b1.t cannot follow.
ALTER TABLE b1.t RENAME TO u;
\set ON_ERROR_STOP off
INSERT INTO b1.u (label) VALUES ('e');
SELECT :'SQLSTATE' AS state \gset
\set ON_ERROR_STOP on
SELECT bench.find('B1', 'ALTER TABLE t RENAME TO u: does the write survive NULL::b1.t in the function?', CASE WHEN :'state' = '00000' THEN 'yes' ELSE 'NO, SQLSTATE ' || :'state' END);
ALTER TABLE b1.u RENAME TO t;

-- Two cures. One: the folded name only where it still is this table, the keys of one row elsewhere; plpgsql analyses a statement when it first runs it.
CREATE TABLE b1.moved (id bigint, v int);
CREATE TABLE b1.named (id serial, way text, columns text);
CREATE FUNCTION b1.capture_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF to_regclass('b1.moved') = tg_relid THEN
    INSERT INTO b1.named (way, columns) SELECT 'folded', b1.names(NULL::b1.moved) FROM new_rows AS n;
  ELSE
    INSERT INTO b1.named (way, columns)
    SELECT 'one row', (SELECT (SELECT json_agg(k)::text FROM json_object_keys(o) AS k) FROM (SELECT to_json(f.*) AS o FROM new_rows AS f LIMIT 1) AS first)
    FROM new_rows AS n;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER capture AFTER INSERT ON b1.moved REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b1.capture_moved();
INSERT INTO b1.moved VALUES (1, 1);
ALTER TABLE b1.moved RENAME TO away;
INSERT INTO b1.away VALUES (2, 2);
-- Another table takes the name: its columns must not be taken for ours.
CREATE TABLE b1.moved (other int);
INSERT INTO b1.away VALUES (3, 3);
ALTER TABLE b1.away ADD COLUMN w int;
ALTER TABLE b1.away SET SCHEMA public;
INSERT INTO public.away VALUES (4, 4, 4);
SELECT bench.find('B1', 'cure 1, IF to_regclass(name) = tg_relid: before, RENAME TO, another table of that name, ADD COLUMN and SET SCHEMA',
  (SELECT string_agg(way || ' ' || columns, '; ' ORDER BY id) FROM b1.named));
DROP TABLE b1.moved, public.away;
-- Two: a function with a parsed body knows the type by its oid; declared STABLE it is inlined and then folded.
CREATE TABLE b1.kept (id bigint, v int);
CREATE FUNCTION b1.names_of_kept() RETURNS text LANGUAGE sql STABLE RETURN b1.names(NULL::b1.kept);
CREATE FUNCTION b1.capture_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b1.named (way, columns) SELECT 'parsed', b1.names_of_kept() FROM new_rows AS n;
  RETURN NULL;
END $$;
CREATE TRIGGER capture AFTER INSERT ON b1.kept REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b1.capture_kept();
TRUNCATE b1.named;
INSERT INTO b1.kept VALUES (1, 1);
ALTER TABLE b1.kept RENAME TO elsewhere;
ALTER TABLE b1.elsewhere ADD COLUMN w int;
INSERT INTO b1.elsewhere VALUES (2, 2, 2);
ALTER TABLE b1.elsewhere SET SCHEMA public;
ALTER TABLE public.elsewhere DROP COLUMN v;
INSERT INTO public.elsewhere VALUES (3, 3);
\set ON_ERROR_STOP off
DROP TABLE public.elsewhere;
SELECT :'SQLSTATE' AS state \gset
\set ON_ERROR_STOP on
SELECT bench.find('B1', 'cure 2, SQL function with a parsed body: before, RENAME TO and ADD COLUMN, SET SCHEMA and DROP COLUMN; then DROP TABLE',
  (SELECT string_agg(columns, '; ' ORDER BY id) FROM b1.named) || '; DROP TABLE gives ' || :'state');

-- The whole row by the alias's name is a column's when the table has a column of that name.
CREATE TABLE b1.virtual (id bigint PRIMARY KEY, n int, twice int GENERATED ALWAYS AS (n * 2) VIRTUAL, thrice int GENERATED ALWAYS AS (n * 3) STORED);
CREATE TABLE b1.seen (by_name text, by_star text);
CREATE FUNCTION b1.capture_virtual() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b1.seen SELECT n::text, (n.*)::text FROM new_rows AS n;
  RETURN NULL;
END $$;
CREATE TRIGGER capture AFTER INSERT ON b1.virtual REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION b1.capture_virtual();
INSERT INTO b1.virtual VALUES (1, 5);
SELECT bench.find('B1', 'a column named like the alias (n int), virtual and stored generated columns: n::text, (n.*)::text of id 1, n 5, twice 10, thrice 15',
  (SELECT format('n::text gives %s; (n.*)::text gives %s', by_name, by_star) FROM b1.seen));

-- Without any parameter in the query the plan is generic from the first call.
CREATE FUNCTION b1.capture_plain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b1.journal (columns, image) SELECT b1.names(NULL::b1.t), (n.*)::text FROM new_rows AS n;
  RETURN NULL;
END $$;
DROP TRIGGER capture ON b1.t;
CREATE TRIGGER capture AFTER INSERT ON b1.t REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION b1.capture_plain();
SELECT setval('b1.evaluated', 1, false);
DO $$ BEGIN FOR i IN 1..20 LOOP INSERT INTO b1.t (label) SELECT 'a' FROM generate_series(1, 10) g; END LOOP; END $$;
SELECT bench.find('B1', 'evaluations of f in 20 statements of 10 rows (query without parameters)', (SELECT last_value::text FROM b1.evaluated));
SELECT dblink_disconnect('other');
