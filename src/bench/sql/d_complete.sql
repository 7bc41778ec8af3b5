-- D: three ways to say that 500,000 operations are done; 'none' is the plain INSERT of those journal rows.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA d;
CREATE TABLE d.journal (
  id bigint NOT NULL, xid xid8 NOT NULL, table_id int NOT NULL, shape int NOT NULL, op "char" NOT NULL, key text, old_row text, new_row text,
  columns text, changed_at timestamptz NOT NULL, batch bigint
);
CREATE INDEX ON d.journal (xid);
CREATE TABLE d.done (xid xid8 PRIMARY KEY, batch bigint NOT NULL);
-- Marking by id needs a way to the rows; the journal's own index is by xid.
CREATE PROCEDURE d.measure(rounds int, per_transaction int) LANGUAGE plpgsql AS $p$
DECLARE
  i int;
  way text;
  part text := format('D completing 500,000 operations, %s a transaction', per_transaction);
  fill text := format($q$INSERT INTO d.journal SELECT g, (1000 + g / %s)::text::xid8, 1, 1, 'I', g::text, NULL,
    format('(%%s,name,1.25,5,"2026-01-01 00:00:00+00","a note of some length")', g), NULL, now(), NULL FROM generate_series(1, 500000) AS g$q$, per_transaction);
BEGIN
  FOR i IN 1..rounds LOOP
    FOREACH way IN ARRAY ARRAY['INSERT of (xid, batch)', 'UPDATE journal SET batch', 'DELETE FROM journal', 'none'] LOOP
      TRUNCATE d.journal, d.done; COMMIT; CHECKPOINT;
      IF way = 'none' THEN CALL bench.clock(part, 'none', i, fill); CONTINUE; END IF;
      EXECUTE fill; COMMIT; ANALYZE d.journal; COMMIT; CHECKPOINT;
      CALL bench.clock(part, way, i, CASE way
        WHEN 'INSERT of (xid, batch)' THEN 'INSERT INTO d.done SELECT DISTINCT xid, 1 FROM d.journal'
        WHEN 'UPDATE journal SET batch' THEN 'UPDATE d.journal SET batch = 1 WHERE batch IS NULL'
        ELSE 'DELETE FROM d.journal' END);
    END LOOP;
  END LOOP;
END $p$;
CALL d.measure(:rounds, 100);
CALL d.measure(:rounds, 1);
