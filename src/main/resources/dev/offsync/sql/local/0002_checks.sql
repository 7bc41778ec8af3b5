-- sync_config and conflict_resolution_rules are for people to write, by whatever client. What they write is checked
-- here, with messages that say what is allowed, so that no run meets a setting or a rule that means nothing.

-- The settings that there are, with an expanded regular expression for the whole value. The command line knows the same
-- settings (config.ConfigKey) and a test compares the two.
CREATE VIEW offsync.setting AS
    WITH form (name, pattern, allowed) AS (VALUES
        ('text', $$.*\S.*$$, 'a text that is not empty'),
        ('duration', '[0-9]{1,10}[smhd]?',
            'a whole number with s, m, h or d, as in 90s, 5m, 12h or 7d; a bare number is seconds'),
        ('positive duration', '(?!0+[smhd]?$)[0-9]{1,10}[smhd]?',
            'a duration of at least 1s, as in 30s or 5m; a bare number is seconds'),
        ('retries', '0*([1-9][0-9]{0,2}|1000)', 'a whole number from 1 to 1000'),
        ('operations', '0*([1-9][0-9]{0,5}|1000000)', 'a whole number from 1 to 1000000'),
        ('strategy', 'lww|version|local_wins|remote_wins|merge|manual',
            'one of lww, version, local_wins, remote_wins, merge, manual'),
        ('hosts', $$[^,@]*[^,@\s][^,@]*(,[^,@]*[^,@\s][^,@]*)*$$, 'host names separated by commas, as in hub1,hub2'),
        ('ports', '(0*([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])(,(?!$)|$))+',
            'port numbers from 1 to 65535, one for all hosts or one for each'),
        ('parameters', $$( (
                sslmode \s*=\s* (disable|allow|prefer|require|verify-ca|verify-full)
                | target_session_attrs \s*=\s* (any|read-write|read-only|primary|standby|prefer-standby)
                | connect_timeout \s*=\s* [0-9]{1,4}
                | (sslnegotiation|sslrootcert|sslcert|sslkey|channel_binding|require_auth|application_name|options)
                  \s*=\s* ( '(\\.|[^'\\])*' | (\\.|[^\s\\'])(\\.|[^\s\\])* )
            ) (\s+|$) )*$$,
            'name=value, separated by blanks, with the names sslmode, sslnegotiation, sslrootcert, sslcert, sslkey,'
            ' channel_binding, require_auth, application_name, connect_timeout, target_session_attrs, options'),
        -- Neither user:password@ nor password=; a colon before @ is taken for one, wherever it stands.
        ('address', $$(?!.*password\s*=) (?![^?]*://[^/?@]*:[^@]*@)
                (?!.*sslmode\s*=\s*(?!disable|allow|prefer|require|verify))
                ((jdbc:)?postgres(ql)?://.+ | [a-z_]+\s*=.+)$$,
            'postgresql://user@host:5432/database or host=... dbname=... user=..., without a password'),
        ('path', '/.+', 'a whole path, as in /var/lib/offsync/offsync.prom'),
        ('deletions', $$[0-9]{1,18}|0*([0-9]{1,2}|100)\s*%$$,
            'a share of the table from 0% to 100%, as in 50%, or a number of rows')
    )
    SELECT s.config_key, form.pattern, form.allowed
    FROM (VALUES
        ('sync_interval', 'positive duration'),
        ('max_retry_count', 'retries'),
        ('conflict_resolution', 'strategy'),
        ('remote_host', 'hosts'),
        ('remote_port', 'ports'),
        ('remote_database', 'text'),
        ('remote_user', 'text'),
        ('remote_parameters', 'parameters'),
        ('pull_remote', 'address'),
        ('batch_size', 'operations'),
        ('connect_timeout', 'positive duration'),
        ('network_timeout', 'positive duration'),
        ('retention', 'duration'),
        ('conflict_retention', 'duration'),
        ('max_delete', 'deletions'),
        ('max_clock_skew', 'duration'),
        ('metrics_file', 'path')
    ) AS s (config_key, form)
    JOIN form ON form.name = s.form;

CREATE FUNCTION offsync.check_setting() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting offsync.setting;
BEGIN
    IF NEW.config_key LIKE '%password' THEN
        RAISE EXCEPTION 'offsync keeps no password in the database, so % cannot be set', NEW.config_key
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give it in OFFSYNC_REMOTE_PASSWORD, in a file named by --remote-password-file, in ~/.pgpass,'
                         ' or as the systemd credential remote-password.';
    END IF;
    SELECT * INTO setting FROM offsync.setting AS s WHERE s.config_key = NEW.config_key;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no setting "%"', NEW.config_key
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'The settings are: '
                         || (SELECT string_agg(s.config_key, ', ' ORDER BY s.config_key) FROM offsync.setting AS s) || '.';
    END IF;
    -- The value is not repeated: it may hold a password by mistake.
    IF btrim(NEW.config_value, E' \t\r\n') !~ ('(?x)^(?:' || setting.pattern || ')$') THEN
        RAISE EXCEPTION 'this value is not allowed for the setting %', NEW.config_key
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Write ' || setting.allowed || '.';
    END IF;
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER offsync_check BEFORE INSERT OR UPDATE ON offsync.sync_config
    FOR EACH ROW EXECUTE FUNCTION offsync.check_setting();

-- A rule is kept in one spelling: the table as synced_table shows it, the function with its schema, quoted as needed.
CREATE FUNCTION offsync.check_rule() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    types CONSTANT text[] := '{*, update_update, update_delete, insert_insert, unique_violation, foreign_key}';
    strategies CONSTANT text[] := '{lww, version, local_wins, remote_wins, merge, custom, rekey, manual}';
    fallbacks CONSTANT text[] := '{lww, version, local_wins, remote_wins, manual}';
    identifier CONSTANT text := '([[:alpha:]_][[:alnum:]_$]*|"([^"]|"")+")';
    problem text;
    remedy text;
    synced record;
    function_name text;
    textual text;
BEGIN
    SELECT t.table_name, t.key_columns, p.columns, to_regclass(format('%I.%I', t.schema_name, t.relation_name)) AS relation
    INTO synced
    FROM offsync.synced_table AS t
    JOIN offsync.shape AS p ON p.id = t.shape_id
    WHERE NEW.table_name IN (t.table_name, format('%I.%I', t.schema_name, t.relation_name));
    IF NEW.table_name = '*' THEN
        NULL;
    ELSIF FOUND THEN
        NEW.table_name := synced.table_name;
    ELSE
        problem := format('table %s is not synced', NEW.table_name);
        remedy := 'Write * for all tables, or one of: '
                  || coalesce((SELECT string_agg(t.table_name, ', ' ORDER BY t.table_name) FROM offsync.synced_table AS t),
                              'none is synced yet');
    END IF;
    SELECT min(a.attname) INTO textual
    FROM pg_attribute AS a
    JOIN pg_type AS y ON y.oid = a.atttypid
    WHERE a.attrelid = synced.relation AND a.attname = ANY (NEW.delta_columns) AND y.typcategory <> 'N';
    IF NEW.conflict_type <> ALL (types) THEN
        problem := format('there is no conflict type "%s"', NEW.conflict_type);
        remedy := 'The types are: ' || array_to_string(types, ', ');
    ELSIF NEW.resolution_strategy <> ALL (strategies) THEN
        problem := format('there is no strategy "%s"', NEW.resolution_strategy);
        remedy := 'The strategies are: ' || array_to_string(strategies, ', ');
    ELSIF NEW.fallback <> ALL (fallbacks) THEN
        problem := format('"%s" cannot be a fallback', NEW.fallback);
        remedy := 'Allowed are: ' || array_to_string(fallbacks, ', ');
    ELSIF NEW.resolution_strategy = 'rekey' AND NEW.conflict_type NOT IN ('*', 'insert_insert') THEN
        problem := format('rekey settles no %s', NEW.conflict_type);
        remedy := 'It is for insert_insert alone: the local row moves to a new key';
    ELSIF NEW.resolution_strategy = 'rekey' AND NEW.table_name <> '*' AND NOT EXISTS (
              SELECT FROM pg_attribute AS a
              WHERE a.attrelid = synced.relation AND a.attname = ANY (synced.key_columns)
                AND (a.atthasdef AND a.attgenerated = '' OR a.attidentity <> '')) THEN
        problem := format('rekey finds no new key in %s: no column of its key has a default', NEW.table_name);
        remedy := 'Give one of them a default, a sequence say, or choose another strategy';
    ELSIF NEW.delta_columns <> '{}' AND NEW.resolution_strategy <> 'merge' THEN
        problem := 'only merge has delta columns';
        remedy := 'Leave delta_columns empty, or use the strategy merge';
    ELSIF NEW.table_name <> '*' AND NOT NEW.delta_columns <@ synced.columns THEN
        problem := format('%s has not all of the delta columns', NEW.table_name);
        remedy := 'Its columns are: ' || array_to_string(synced.columns, ', ');
    ELSIF textual IS NOT NULL THEN
        problem := format('delta columns are counters, and %s is no number', textual);
        remedy := 'Name columns of a numeric type';
    ELSIF NEW.resolution_strategy <> 'custom' AND NEW.custom_function IS NOT NULL THEN
        problem := 'only the strategy custom has a function';
        remedy := 'Leave custom_function out, or use the strategy custom';
    ELSIF NEW.resolution_strategy = 'custom' THEN
        SELECT format('%I.%I', n.nspname, p.proname) INTO function_name
        FROM pg_proc AS p
        JOIN pg_namespace AS n ON n.oid = p.pronamespace
        WHERE p.prorettype = 'jsonb'::regtype
          AND p.oid = CASE WHEN NEW.custom_function ~ ('^' || identifier || '[.]' || identifier || '$')
                           THEN to_regprocedure(NEW.custom_function || '(jsonb, jsonb, jsonb)') END;
        IF NOT FOUND THEN
            problem := coalesce('there is no function ' || NEW.custom_function || '(jsonb, jsonb, jsonb) RETURNS jsonb',
                                'the strategy custom needs a function');
            remedy := 'Name it with its schema: f(local jsonb, remote jsonb, base jsonb) RETURNS jsonb';
        END IF;
        NEW.custom_function := function_name;
    END IF;
    IF problem IS NOT NULL THEN
        RAISE EXCEPTION '%', problem USING ERRCODE = 'invalid_parameter_value', HINT = remedy || '.';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER offsync_check BEFORE INSERT OR UPDATE ON offsync.conflict_resolution_rules
    FOR EACH ROW EXECUTE FUNCTION offsync.check_rule();
