-- What every experiment stands on: where results go, and how a statement is timed.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE EXTENSION dblink;
CREATE SCHEMA bench;
CREATE SCHEMA offsync;

CREATE TABLE bench.finding (
  id       int GENERATED ALWAYS AS IDENTITY,
  part     text,
  question text,
  answer   text
);

CREATE TABLE bench.measure (
  part    text,
  variant text,
  round   int,
  ms      numeric,
  cpu_ms  numeric
);

-- CPU time of this backend: the machine may be shared, and wall time then says little.
CREATE FUNCTION bench.cpu_ms() RETURNS numeric LANGUAGE sql VOLATILE AS
$$ SELECT split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::numeric / 1e6 $$;

-- Runs one statement, commits it inside the clock (CALL outside a transaction), and keeps both times.
CREATE PROCEDURE bench.clock(part text, variant text, round int, statement text) LANGUAGE plpgsql AS $$
DECLARE
  wall timestamptz := clock_timestamp();
  cpu  numeric := bench.cpu_ms();
BEGIN
  EXECUTE statement;
  COMMIT;
  INSERT INTO bench.measure
  VALUES (part, variant, round, extract(epoch FROM clock_timestamp() - wall) * 1000, bench.cpu_ms() - cpu);
  COMMIT;
END $$;

-- Medians over the rounds (and the best round, which a busy neighbour spoils least), and the ratio to the variant `none` of the same part.
CREATE VIEW bench.summary AS
WITH median AS (
  SELECT part, variant,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY ms)     AS ms,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY cpu_ms) AS cpu_ms,
         min(ms)                                             AS best,
         count(*)                                            AS rounds
  FROM bench.measure
  GROUP BY part, variant
)
SELECT m.part, m.variant, m.rounds,
       round(m.ms::numeric, 2)                             AS ms,
       round(m.cpu_ms::numeric, 1)                         AS cpu_ms,
       round((m.ms / nullif(n.ms, 0))::numeric, 2)         AS ratio,
       round((m.best / nullif(n.best, 0))::numeric, 2)     AS best_ratio,
       round((m.cpu_ms / nullif(n.cpu_ms, 0))::numeric, 2) AS cpu_ratio
FROM median AS m
LEFT JOIN median AS n ON n.part = m.part AND n.variant = 'none';

CREATE FUNCTION bench.find(part text, question text, answer text) RETURNS void LANGUAGE sql AS
$$ INSERT INTO bench.finding (part, question, answer) VALUES (part, question, answer) $$;
