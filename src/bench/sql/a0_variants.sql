-- A: the forms of capture that are compared, all as statement-level AFTER triggers; a.install(name) puts one in place.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE SCHEMA a;
CREATE TABLE a.t (id bigserial PRIMARY KEY, name text, price numeric, qty int, at timestamptz, note text);
CREATE TABLE a.applying (xid xid8 PRIMARY KEY);
CREATE SEQUENCE a.operation;
CREATE TABLE a.journal (
  id bigint NOT NULL DEFAULT nextval('a.operation'), xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_id int NOT NULL, shape int NOT NULL, op "char" NOT NULL, key text, old_row text, new_row text, columns text,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON a.journal (xid);
CREATE TABLE a.journal_jsonb (
  id bigint NOT NULL DEFAULT nextval('a.operation'), xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  table_id int NOT NULL, shape int NOT NULL, op "char" NOT NULL, key text, old_row jsonb, new_row jsonb, columns text,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX ON a.journal_jsonb (xid);
CREATE TABLE a.journal_typed (
  op_id bigint NOT NULL DEFAULT nextval('a.operation'), xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  shape int NOT NULL, op "char" NOT NULL, changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  old_id bigint, old_name text, old_price numeric, old_qty int, old_at timestamptz, old_note text,
  id bigint, name text, price numeric, qty int, at timestamptz, note text
);
CREATE INDEX ON a.journal_typed (xid);

CREATE FUNCTION a.names(one anyelement) RETURNS text LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$ BEGIN RETURN (SELECT json_agg(k)::text FROM json_object_keys(to_json(jsonb_populate_record(one, '{}'))) AS k); END $$;

-- `settings` are SET clauses; `head` and `foot` stand around the INSERT; `columns` is the value of that column;
-- `condition` is a WHERE; `drift` asks for key names that survive a rename; `twin` is the WHEN by which two triggers share the work,
-- the second with every setting pinned.
CREATE TABLE a.variant (
  ordinal int GENERATED ALWAYS AS IDENTITY, name text, form text, settings text DEFAULT 'SET search_path = pg_catalog, pg_temp',
  head text DEFAULT '', foot text DEFAULT '', columns text DEFAULT 'NULL', condition text DEFAULT '', drift boolean DEFAULT false, twin text
);
\set pinned 'SET search_path = pg_catalog, pg_temp SET DateStyle = ''ISO, MDY'' SET IntervalStyle = ''postgres'' SET TimeZone = ''UTC'' SET extra_float_digits = 1 SET bytea_output = ''hex'' SET lc_monetary = ''C'' SET xmlbinary = ''base64'' SET xmloption = ''content'''
\set canonical 'current_setting(''DateStyle'') = ''ISO, MDY'' AND current_setting(''IntervalStyle'') = ''postgres'' AND current_setting(''TimeZone'') = ''UTC'' AND current_setting(''extra_float_digits'') = ''1'' AND current_setting(''bytea_output'') = ''hex'' AND current_setting(''lc_monetary'') = ''C'' AND current_setting(''xmlbinary'') = ''base64'' AND current_setting(''xmloption'') = ''content'''
\set one_row '(SELECT (SELECT json_agg(k)::text FROM json_object_keys(o) AS k) FROM (SELECT to_json(f.*) AS o FROM {rows} AS f LIMIT 1) AS first)'
\set not_applying 'WHERE NOT EXISTS (SELECT FROM a.applying WHERE xid = pg_current_xact_id())'
INSERT INTO a.variant (name, form) VALUES ('none', 'none'), ('keys only', 'keys'), ('text, search_path pinned', 'text'), ('jsonb', 'jsonb'), ('typed', 'typed');
INSERT INTO a.variant (name, form, settings) VALUES ('text, no SET clause', 'text', ''), ('text, 9 SET clauses', 'text', :'pinned');
INSERT INTO a.variant (name, form, settings) VALUES ('text, search_path + DateStyle', 'text', 'SET search_path = pg_catalog, pg_temp SET DateStyle = ''ISO, MDY''');
-- The guard sets what is not canonical for the statement alone, and puts it back.
\set guard 'IF NOT ({canonical}) THEN was := ARRAY[current_setting(''DateStyle''), current_setting(''IntervalStyle''), current_setting(''TimeZone''), current_setting(''extra_float_digits''), current_setting(''bytea_output''), current_setting(''lc_monetary''), current_setting(''xmlbinary''), current_setting(''xmloption'')]; PERFORM set_config(''DateStyle'', ''ISO, MDY'', true), set_config(''IntervalStyle'', ''postgres'', true), set_config(''TimeZone'', ''UTC'', true), set_config(''extra_float_digits'', ''1'', true), set_config(''bytea_output'', ''hex'', true), set_config(''lc_monetary'', ''C'', true), set_config(''xmlbinary'', ''base64'', true), set_config(''xmloption'', ''content'', true); END IF;'
\set unguard 'IF was IS NOT NULL THEN PERFORM set_config(''DateStyle'', was[1], true), set_config(''IntervalStyle'', was[2], true), set_config(''TimeZone'', was[3], true), set_config(''extra_float_digits'', was[4], true), set_config(''bytea_output'', was[5], true), set_config(''lc_monetary'', was[6], true), set_config(''xmlbinary'', was[7], true), set_config(''xmloption'', was[8], true); END IF;'
INSERT INTO a.variant (name, form, head, foot) VALUES
  ('text, guard on 8 settings, canonical session', 'text', replace(:'guard', '{canonical}', :'canonical'), :'unguard'),
  ('text, guard on 8 settings, other session', 'text', replace(:'guard', '{canonical}', 'current_setting(''DateStyle'') = ''German'''), :'unguard');
INSERT INTO a.variant (name, form, twin) VALUES
  ('text, two triggers by WHEN on 8 settings', 'text', :'canonical'),
  ('text, two triggers by WHEN on DateStyle', 'text', 'current_setting(''DateStyle'') = ''ISO, MDY''');
INSERT INTO a.variant (name, form, columns) VALUES ('text + columns folded (NULL::t)', 'text', 'a.names(NULL::a.t)'), ('text + columns of one row', 'text', :'one_row');
INSERT INTO a.variant (name, form, head, columns) VALUES
  ('text + columns folded if to_regclass = tg_relid', 'text', 'IF to_regclass(''a.t'') IS DISTINCT FROM tg_relid THEN RAISE ''renamed''; END IF;', 'a.names(NULL::a.t)');
INSERT INTO a.variant (name, form, condition) VALUES ('text + NOT EXISTS applying', 'text', :'not_applying');
INSERT INTO a.variant (name, form, head) VALUES ('text + IF EXISTS applying RETURN', 'text',
  'IF EXISTS (SELECT FROM a.applying WHERE xid = pg_current_xact_id()) THEN RETURN NULL; END IF;');
INSERT INTO a.variant (name, form, drift) VALUES ('text + drift-proof key', 'text', true);
INSERT INTO a.variant (name, form, settings, columns, condition, drift) VALUES
  ('text, all: 9 SET, folded columns, NOT EXISTS, drift-proof', 'text', :'pinned', 'a.names(NULL::a.t)', :'not_applying', true),
  ('text, all: 9 SET, one-row columns, NOT EXISTS, drift-proof', 'text', :'pinned', :'one_row', :'not_applying', true);
CREATE TABLE a.text AS SELECT :'pinned'::text AS pinned;

-- The INSERT of one variant for one kind of statement.
CREATE FUNCTION a.body(v a.variant, kind text) RETURNS text LANGUAGE sql AS $f$
SELECT replace(format(CASE v.form
    WHEN 'typed' THEN CASE kind
      WHEN 'insert' THEN 'INSERT INTO a.journal_typed (shape, op, id, name, price, qty, at, note)
        SELECT 1, ''I'', n.id, n.name, n.price, n.qty, n.at, n.note FROM new_rows AS n'
      ELSE 'INSERT INTO a.journal_typed (shape, op, old_id, old_name, old_price, old_qty, old_at, old_note, id, name, price, qty, at, note)
        SELECT 1, ''U'', o.id, o.name, o.price, o.qty, o.at, o.note, n.id, n.name, n.price, n.qty, n.at, n.note
        FROM old_rows AS o FULL JOIN new_rows AS n ON n.id = o.id' END
    ELSE 'INSERT INTO a.journal' || CASE v.form WHEN 'jsonb' THEN '_jsonb' ELSE '' END || ' (table_id, shape, op, key, old_row, new_row, columns) ' ||
      CASE kind
      WHEN 'insert' THEN
        'SELECT 1, 1, ''I'', k.key, NULL, k.image, %1$s FROM ' || CASE WHEN v.drift THEN '(VALUES (NULL::text)) AS missing(id) CROSS JOIN LATERAL ' ELSE '' END ||
        '(SELECT id::text AS key, %2$s AS image FROM new_rows AS r) AS k %3$s'
      ELSE
        'SELECT 1, 1, ''U'', k.key, k.old_image, k.image, %1$s FROM ' || CASE WHEN v.drift THEN '(VALUES (NULL::text)) AS missing(id) CROSS JOIN LATERAL ' ELSE '' END ||
        CASE WHEN v.drift THEN '(SELECT coalesce(n.key, o.key) AS key, o.image AS old_image, n.image
         FROM (SELECT id::text AS key, %2$s AS image FROM old_rows AS r) AS o
         FULL JOIN (SELECT id::text AS key, %2$s AS image FROM new_rows AS r) AS n ON n.key = o.key) AS k %3$s'
        ELSE '(SELECT coalesce(n.key, o.key)::text AS key, o.image AS old_image, n.image
         FROM (SELECT id AS key, %2$s AS image FROM old_rows AS r) AS o
         FULL JOIN (SELECT id AS key, %2$s AS image FROM new_rows AS r) AS n ON n.key = o.key) AS k %3$s' END
      END
    END,
    v.columns, CASE v.form WHEN 'keys' THEN 'NULL::text' WHEN 'jsonb' THEN 'to_jsonb(r.*)' ELSE '(r.*)::text' END, v.condition), '{rows}', 'new_rows')
$f$;

CREATE PROCEDURE a.install(wanted text) LANGUAGE plpgsql AS $p$
DECLARE
  v a.variant; kind text; twin text; texts a.text;
BEGIN
  TRUNCATE a.t, a.journal, a.journal_jsonb, a.journal_typed RESTART IDENTITY;
  DROP FUNCTION IF EXISTS a.capture_insert, a.capture_insert_twin, a.capture_update, a.capture_update_twin CASCADE;
  SELECT * INTO STRICT v FROM a.variant WHERE name = wanted;
  SELECT * INTO texts FROM a.text;
  IF v.form = 'none' THEN RETURN; END IF;
  FOREACH kind IN ARRAY ARRAY['insert', 'update'] LOOP
    FOREACH twin IN ARRAY CASE WHEN v.twin IS NOT NULL THEN ARRAY['', '_twin'] ELSE ARRAY[''] END LOOP
      EXECUTE format('CREATE FUNCTION a.capture_%s%s() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER %s AS $f$ DECLARE was text[]; BEGIN %s %s; %s RETURN NULL; END $f$',
        kind, twin, CASE twin WHEN '' THEN v.settings ELSE texts.pinned END, v.head, a.body(v, kind), v.foot);
      EXECUTE format('CREATE TRIGGER %s%s AFTER %s ON a.t REFERENCING NEW TABLE AS new_rows %s FOR EACH STATEMENT %s EXECUTE FUNCTION a.capture_%s%s()',
        kind, twin, kind, CASE kind WHEN 'update' THEN 'OLD TABLE AS old_rows' ELSE '' END,
        CASE WHEN v.twin IS NOT NULL THEN format('WHEN (%s (%s))', CASE twin WHEN '' THEN '' ELSE 'NOT' END, v.twin) ELSE '' END, kind, twin);
    END LOOP;
  END LOOP;
END $p$;
