-- A6: what each thing around the INSERT costs per call, without the INSERT: 100,000 calls of a function.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET DateStyle = 'ISO, MDY';
SET IntervalStyle = 'postgres';
SET TimeZone = 'UTC';
SET extra_float_digits = 1;
CREATE TABLE a.call (ordinal int GENERATED ALWAYS AS IDENTITY, name text, settings text DEFAULT '', body text DEFAULT '');
INSERT INTO a.call (name, settings) VALUES ('none', ''), ('SET search_path', 'SET search_path = pg_catalog, pg_temp'), ('SET DateStyle', 'SET DateStyle = ''ISO, MDY'''),
  ('SET IntervalStyle', 'SET IntervalStyle = ''postgres'''), ('SET TimeZone', 'SET TimeZone = ''UTC'''), ('SET extra_float_digits', 'SET extra_float_digits = 1'),
  ('SET bytea_output', 'SET bytea_output = ''hex'''), ('SET lc_monetary', 'SET lc_monetary = ''C'''), ('SET xmlbinary', 'SET xmlbinary = ''base64'''),
  ('SET xmloption', 'SET xmloption = ''content''');
INSERT INTO a.call (name, settings) SELECT 'all 9 SET', pinned FROM a.text;
INSERT INTO a.call (name) VALUES ('SECURITY DEFINER alone');
UPDATE a.call SET settings = 'SECURITY DEFINER' WHERE name = 'SECURITY DEFINER alone';
INSERT INTO a.call (name, body) SELECT 'guard, canonical session', head || foot FROM a.variant WHERE name = 'text, guard on 8 settings, canonical session';
INSERT INTO a.call (name, body) SELECT 'guard, other session', head || foot FROM a.variant WHERE name = 'text, guard on 8 settings, other session';
INSERT INTO a.call (name, body) VALUES
  ('IF EXISTS (... applying WHERE xid = pg_current_xact_id())', 'IF EXISTS (SELECT FROM a.applying WHERE xid = pg_current_xact_id()) THEN RETURN 1; END IF;'),
  ('IF pg_trigger_depth() = 1', 'IF pg_trigger_depth() = 1 THEN RETURN 1; END IF;'),
  ('IF to_regclass(''a.t'') = oid', 'IF to_regclass(''a.t'') = 1::oid THEN RETURN 1; END IF;'),
  ('one SELECT of a constant by SPI', 'PERFORM 1 FROM pg_catalog.generate_series(1, 1);');
CREATE PROCEDURE a.measure_calls(rounds int) LANGUAGE plpgsql AS $p$
DECLARE v a.call; i int;
BEGIN
  FOR i IN 1..rounds LOOP
    FOR v IN SELECT * FROM a.call ORDER BY ordinal LOOP
      EXECUTE format('CREATE OR REPLACE FUNCTION a.called() RETURNS int LANGUAGE plpgsql %s AS $f$ DECLARE was text[]; BEGIN %s RETURN 1; END $f$', v.settings, v.body);
      CALL bench.clock('A6 100,000 calls (10 ms more = 0.1 µs a call)', v.name, i, 'SELECT count(a.called()) FROM generate_series(1, 100000)');
    END LOOP;
  END LOOP;
END $p$;
CALL a.measure_calls(:rounds);
