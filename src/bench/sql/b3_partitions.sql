-- B3: which statement-level triggers fire on a partition root and its leaves, and what their transition tables hold.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA b3;
CREATE TABLE b3.root (id int, region text, v int) PARTITION BY LIST (region);
CREATE TABLE b3.north PARTITION OF b3.root FOR VALUES IN ('n');
-- Another column order and a dropped column: the transition table must come in the form of the table that has the trigger.
CREATE TABLE b3.south (gone int, v int, region text, id int);
ALTER TABLE b3.south DROP COLUMN gone;
ALTER TABLE b3.root ATTACH PARTITION b3.south FOR VALUES IN ('s');
CREATE TABLE b3.fired (id serial, line text);
CREATE FUNCTION b3.inserted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b3.fired (line)
  SELECT format('%s on %s: new [%s]', tg_op, tg_table_name, (SELECT string_agg((n.*)::text, ' ' ORDER BY id) FROM new_rows AS n));
  RETURN NULL;
END $$;
CREATE FUNCTION b3.updated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b3.fired (line)
  SELECT format('%s on %s: old [%s] new [%s]', tg_op, tg_table_name,
    (SELECT string_agg((o.*)::text, ' ' ORDER BY id) FROM old_rows AS o), (SELECT string_agg((n.*)::text, ' ' ORDER BY id) FROM new_rows AS n));
  RETURN NULL;
END $$;
CREATE FUNCTION b3.deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b3.fired (line)
  SELECT format('%s on %s: old [%s]', tg_op, tg_table_name, (SELECT string_agg((o.*)::text, ' ' ORDER BY id) FROM old_rows AS o));
  RETURN NULL;
END $$;
CREATE FUNCTION b3.truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b3.fired (line) SELECT format('TRUNCATE on %s', tg_table_name);
  RETURN NULL;
END $$;
CREATE FUNCTION b3.row_in_new_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO b3.fired (line) SELECT format('row trigger cloned to %s: %s', tg_table_name, tg_op);
  RETURN NULL;
END $$;
DO $$
DECLARE one text;
BEGIN
  FOREACH one IN ARRAY ARRAY['root', 'north', 'south'] LOOP
    EXECUTE format('CREATE TRIGGER i AFTER INSERT ON b3.%I REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b3.inserted()', one);
    EXECUTE format('CREATE TRIGGER u AFTER UPDATE ON b3.%I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION b3.updated()', one);
    EXECUTE format('CREATE TRIGGER d AFTER DELETE ON b3.%I REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION b3.deleted()', one);
    EXECUTE format('CREATE TRIGGER t AFTER TRUNCATE ON b3.%I FOR EACH STATEMENT EXECUTE FUNCTION b3.truncated()', one);
  END LOOP;
END $$;
CREATE FUNCTION b3.look(question text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM bench.find('B3', question, coalesce((SELECT string_agg(line, '; ' ORDER BY id) FROM b3.fired), 'NOTHING FIRED'));
  DELETE FROM b3.fired;
END $$;
INSERT INTO b3.root VALUES (1, 'n', 1), (2, 's', 2);
SELECT b3.look('INSERT of two leaves'' rows through the root');
INSERT INTO b3.south (id, region, v) VALUES (3, 's', 3);
SELECT b3.look('INSERT into a leaf');
COPY b3.root FROM stdin;
4	n	4
5	s	5
\.
SELECT b3.look('COPY into the root');
UPDATE b3.root SET v = v + 10 WHERE id IN (1, 2);
SELECT b3.look('UPDATE of two leaves'' rows through the root');
UPDATE b3.root SET region = 's' WHERE id = 1;
SELECT b3.look('row movement by UPDATE of the root');
DELETE FROM b3.root WHERE id IN (3, 4);
SELECT b3.look('DELETE through the root');
INSERT INTO b3.root VALUES (2, 's', 9), (6, 'n', 6) ON CONFLICT DO NOTHING;
SELECT b3.look('INSERT ... ON CONFLICT DO NOTHING through the root (no unique index)');
MERGE INTO b3.root AS t USING (VALUES (6, 'n', 7), (7, 's', 7)) AS s(id, region, v) ON t.id = s.id
WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.region, s.v);
SELECT b3.look('MERGE through the root');
CREATE TABLE b3.east PARTITION OF b3.root FOR VALUES IN ('e');
INSERT INTO b3.east (id, region, v) VALUES (8, 'e', 8);
SELECT b3.look('INSERT into a leaf created later');
INSERT INTO b3.root VALUES (9, 'e', 9);
SELECT b3.look('INSERT through the root into the leaf created later');
-- For what nobody covers: a row trigger on the root is cloned to leaves that come later.
CREATE TRIGGER z AFTER INSERT ON b3.root FOR EACH ROW WHEN (NEW.tableoid <> ALL (ARRAY['b3.north'::regclass, 'b3.south'::regclass]::oid[]))
  EXECUTE FUNCTION b3.row_in_new_leaf();
INSERT INTO b3.east (id, region, v) VALUES (10, 'e', 10);
INSERT INTO b3.north (id, region, v) VALUES (11, 'n', 11);
SELECT b3.look('the same with a row trigger on the root WHEN (NEW.tableoid <> ALL (known leaves)): new leaf, then a known one');
INSERT INTO b3.root VALUES (12, 'e', 12);
SELECT b3.look('through the root into the new leaf with that row trigger there: captured twice?');
ALTER TABLE b3.root DETACH PARTITION b3.north;
INSERT INTO b3.north (id, region, v) VALUES (13, 'n', 13);
SELECT b3.look('INSERT into a leaf after DETACH (its own triggers stay)');
TRUNCATE b3.root;
SELECT b3.look('TRUNCATE of the root');
