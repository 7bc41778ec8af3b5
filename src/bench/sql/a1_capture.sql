-- A: cost of capture for 100-row and 1-row statements and for updates, five rounds with the variants interleaved.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET DateStyle = 'ISO, MDY';
SET IntervalStyle = 'postgres';
SET TimeZone = 'UTC';
SET extra_float_digits = 1;
CREATE PROCEDURE a.measure(rounds int, wanted text) LANGUAGE plpgsql AS $p$
DECLARE v record; i int;
BEGIN
  FOR i IN 1..rounds LOOP
    FOR v IN SELECT name FROM a.variant WHERE name LIKE wanted ORDER BY ordinal LOOP
      CALL a.install(v.name);
      COMMIT;
      -- Old WAL segments come back into use here, outside the clock; zeroing new ones would drown the difference.
      CHECKPOINT;
      CALL bench.clock('A1 INSERT, 400 statements of 100 rows', v.name, i, $s$DO $d$ BEGIN FOR i IN 1..400 LOOP
        INSERT INTO a.t (name, price, qty, at, note) SELECT 'name ' || g, g * 1.25, g, now(), 'a note of some length ' || g FROM generate_series(1, 100) AS g;
      END LOOP; END $d$ $s$);
      CALL bench.clock('A2 INSERT, 10,000 statements of 1 row in one transaction', v.name, i, $s$DO $d$ BEGIN FOR i IN 1..10000 LOOP
        INSERT INTO a.t (name, price, qty, at, note) VALUES ('name ' || i, i * 1.25, i, now(), 'a note of some length ' || i);
      END LOOP; END $d$ $s$);
      CALL bench.clock('A4 UPDATE, 5,000 statements of 1 row in one transaction', v.name, i, $s$DO $d$ BEGIN FOR i IN 1..5000 LOOP
        UPDATE a.t SET qty = qty + 1 WHERE id = i;
      END LOOP; END $d$ $s$);
      CALL bench.clock('A5 UPDATE, 4 statements of 10,000 rows', v.name, i, $s$DO $d$ BEGIN FOR i IN 1..4 LOOP
        UPDATE a.t SET qty = qty + 1 WHERE id > 10000 * i AND id <= 10000 * (i + 1);
      END LOOP; END $d$ $s$);
    END LOOP;
  END LOOP;
END $p$;
VACUUM ANALYZE;
CALL a.measure(:rounds + 1, '%');
-- The first round warms what the others find warm.
DELETE FROM bench.measure WHERE part LIKE 'A%' AND round = 1;
