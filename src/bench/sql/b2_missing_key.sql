-- B2: an unqualified key name that falls back to an outer NULL when the column is renamed or dropped.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT dblink_connect('other', format('dbname=%s host=%s user=%s', current_database(),
  split_part(current_setting('unix_socket_directories'), ',', 1), current_user));
CREATE SCHEMA b2;
CREATE TABLE b2.t (id bigserial PRIMARY KEY, name text);
CREATE TABLE b2.pair (a int, b text, v int, PRIMARY KEY (a, b));
CREATE TABLE b2.journal (id bigserial, op "char", key text, old_row text, new_row text);

CREATE FUNCTION b2.inserted() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO b2.journal (op, key, new_row)
  SELECT 'I', k.key, k.image
  FROM (VALUES (NULL::text)) AS missing(id)
  CROSS JOIN LATERAL (SELECT id::text AS key, (n.*)::text AS image FROM new_rows AS n) AS k;
  RETURN NULL;
END $$;
CREATE FUNCTION b2.updated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO b2.journal (op, key, old_row, new_row)
  SELECT 'U', p.key, p.old_row, p.new_row
  FROM (VALUES (NULL::text)) AS missing(id)
  CROSS JOIN LATERAL (
    SELECT coalesce(o.key, n.key) AS key, o.image AS old_row, n.image AS new_row
    FROM (SELECT id::text AS key, (o.*)::text AS image FROM old_rows AS o) AS o
    FULL JOIN (SELECT id::text AS key, (n.*)::text AS image FROM new_rows AS n) AS n ON n.key = o.key
  ) AS p;
  RETURN NULL;
END $$;
CREATE FUNCTION b2.pair_updated() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO b2.journal (op, key, old_row, new_row)
  SELECT 'U', p.key, p.old_row, p.new_row
  FROM (VALUES (NULL::text, NULL::text)) AS missing(a, b)
  CROSS JOIN LATERAL (
    SELECT coalesce(o.key_1, n.key_1) || ',' || coalesce(o.key_2, n.key_2) AS key, o.image AS old_row, n.image AS new_row
    FROM (SELECT a::text AS key_1, b::text AS key_2, (o.*)::text AS image FROM old_rows AS o) AS o
    FULL JOIN (SELECT a::text AS key_1, b::text AS key_2, (n.*)::text AS image FROM new_rows AS n) AS n
      ON n.key_1 = o.key_1 AND n.key_2 = o.key_2
  ) AS p;
  RETURN NULL;
END $$;
CREATE TRIGGER i AFTER INSERT ON b2.t REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b2.inserted();
CREATE TRIGGER u AFTER UPDATE ON b2.t REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION b2.updated();
CREATE TRIGGER u AFTER UPDATE ON b2.pair REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION b2.pair_updated();

CREATE FUNCTION b2.tries(question text, statement text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE before bigint := coalesce((SELECT max(id) FROM b2.journal), 0);
BEGIN
  EXECUTE statement;
  PERFORM bench.find('B2', question, 'write ok; journal: ' || coalesce((SELECT string_agg(format('%s key %s old %s new %s', op, coalesce(key, 'NULL'), old_row, new_row), '; ' ORDER BY id)
                                             FROM b2.journal WHERE id > before), 'none'));
EXCEPTION WHEN OTHERS THEN
  PERFORM bench.find('B2', question, 'WRITE FAILS: ' || sqlerrm);
END $$;
INSERT INTO b2.pair SELECT 1, 'k' || g, g FROM generate_series(1, 2) g;
DO $$ BEGIN FOR i IN 1..10 LOOP
  INSERT INTO b2.t (name) VALUES ('a'); UPDATE b2.t SET name = 'b' WHERE id = i; UPDATE b2.pair SET v = v + 1;
END LOOP; END $$;
SELECT b2.tries('insert, column there', $$INSERT INTO b2.t (id, name) VALUES (100, 'x')$$);
SELECT b2.tries('update of the row and of its key', $$UPDATE b2.t SET id = 101, name = 'y' WHERE id = 100$$);
-- Same session, one transaction.
BEGIN;
ALTER TABLE b2.t RENAME COLUMN id TO x;
SELECT b2.tries('insert after RENAME id TO x, same transaction', $$INSERT INTO b2.t (x, name) VALUES (102, 'z')$$);
SELECT b2.tries('update of one row after RENAME id TO x', $$UPDATE b2.t SET name = 'y' WHERE x = 102$$);
SELECT b2.tries('update of two rows after RENAME id TO x', $$UPDATE b2.t SET name = 'w' WHERE x IN (101, 102)$$);
SELECT b2.tries('insert of two rows after RENAME id TO x', $$INSERT INTO b2.t (x, name) VALUES (103, 'z'), (104, 'z')$$);
COMMIT;
ALTER TABLE b2.t RENAME COLUMN x TO id;
SELECT b2.tries('update after the name came back', $$UPDATE b2.t SET name = 'v' WHERE id = 102$$);
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT count(*) FROM pg_class;
SELECT dblink_exec('other', 'ALTER TABLE b2.t RENAME COLUMN id TO x');
SELECT b2.tries('update after another session''s rename under our REPEATABLE READ snapshot', $$INSERT INTO b2.t (x, name) VALUES (105, 'q'); UPDATE b2.t SET name = 'u' WHERE x = 105$$);
COMMIT;
ALTER TABLE b2.t DROP COLUMN x;
SELECT b2.tries('insert after DROP COLUMN of the key', $$INSERT INTO b2.t (name) VALUES ('n')$$);
SELECT b2.tries('update after DROP COLUMN of the key', $$UPDATE b2.t SET name = 'm' WHERE name = 'n'$$);
-- Two key columns: one missing, then both, then a retype.
SELECT b2.tries('two-column key, update of two rows', 'UPDATE b2.pair SET v = 50');
ALTER TABLE b2.pair RENAME COLUMN b TO c;
SELECT b2.tries('two-column key, second renamed, update of two rows', 'UPDATE b2.pair SET v = 51');
ALTER TABLE b2.pair RENAME COLUMN a TO d;
SELECT b2.tries('two-column key, both renamed, update of two rows', 'UPDATE b2.pair SET v = 52');
ALTER TABLE b2.pair RENAME COLUMN d TO a;
ALTER TABLE b2.pair RENAME COLUMN c TO b;
ALTER TABLE b2.pair ALTER COLUMN a TYPE numeric(6,2);
SELECT b2.tries('two-column key, first retyped int to numeric(6,2)', 'UPDATE b2.pair SET v = 53 WHERE b = ''k1''');
-- A new column that has the name of something in the query: the image, the alias, the journal's own words, a plpgsql variable.
ALTER TABLE b2.pair ADD COLUMN image text DEFAULT 'i', ADD COLUMN key text DEFAULT 'k', ADD COLUMN o int DEFAULT 0, ADD COLUMN n int DEFAULT 0,
  ADD COLUMN key_1 text DEFAULT 'k1', ADD COLUMN missing text DEFAULT 'm', ADD COLUMN tg_op text DEFAULT 't', ADD COLUMN new_rows text DEFAULT 'r', ADD COLUMN found boolean;
SELECT b2.tries('columns named image, key, o, n, key_1, missing, tg_op, new_rows, found', 'UPDATE b2.pair SET v = 54 WHERE b = ''k1''');
-- The same where the query mentions a plpgsql variable.
CREATE TABLE b2.clash (id bigint);
CREATE FUNCTION b2.clashing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b2.journal (op, key) SELECT left(tg_op, 1)::"char", id::text FROM new_rows AS n;
  RETURN NULL;
END $$;
CREATE FUNCTION b2.clashing_variable_wins() RETURNS trigger LANGUAGE plpgsql AS $$
#variable_conflict use_variable
BEGIN
  INSERT INTO b2.journal (op, key) SELECT left(tg_op, 1)::"char", id::text FROM new_rows AS n;
  RETURN NULL;
END $$;
CREATE TRIGGER i AFTER INSERT ON b2.clash REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b2.clashing();
INSERT INTO b2.clash VALUES (1);
ALTER TABLE b2.clash ADD COLUMN tg_op text DEFAULT 't';
SELECT b2.tries('query uses tg_op and the table gets a column tg_op', 'INSERT INTO b2.clash VALUES (2)');
DROP TRIGGER i ON b2.clash;
CREATE TRIGGER i AFTER INSERT ON b2.clash REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b2.clashing_variable_wins();
SELECT b2.tries('the same with #variable_conflict use_variable', 'INSERT INTO b2.clash VALUES (3)');
SELECT dblink_disconnect('other');
