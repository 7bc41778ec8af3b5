-- The hub's side of offsync. A device's role is a member of offsync_device: it reads the change feed, writes its own
-- staging table, and reaches everything else through the functions below, which run as the owner, trust session_user
-- alone and pin their search_path.

CREATE TABLE offsync.hub (
    singleton      boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    identity       uuid NOT NULL DEFAULT gen_random_uuid(),
    created_at     timestamptz NOT NULL DEFAULT now(),
    incarnation    uuid NOT NULL DEFAULT gen_random_uuid(), -- another one after a rollback; see renew_incarnation
    cluster        text,                           -- where the transactions were numbered that the sidecars name
    tombstone_keep interval NOT NULL DEFAULT '90 days', -- for how long deletions wait for a device that stays away
    tend_every     interval NOT NULL DEFAULT '1 day',
    tended_at      timestamptz,
    tended_by      xid8,                           -- the transaction that did it
    purge_before   xid8 NOT NULL DEFAULT '0',      -- tombstones of earlier transactions are below the floors
    purged_through xid8 NOT NULL DEFAULT '0'       -- tombstones of earlier transactions may be gone
);
INSERT INTO offsync.hub DEFAULT VALUES;

CREATE TABLE offsync.device (
    id               integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name             text NOT NULL UNIQUE,
    role_name        name NOT NULL,
    registered_at    timestamptz NOT NULL DEFAULT now(),
    revoked_at       timestamptz,
    contact_seq      bigint NOT NULL DEFAULT 0,
    contact_nonce    uuid NOT NULL,
    mark_secret      uuid NOT NULL DEFAULT gen_random_uuid(), -- what keys are hashed with for this device, see key_mark
    run              uuid,                        -- the run that greeted last; an earlier one has no say any more
    last_contact_at  timestamptz NOT NULL DEFAULT now(),
    last_batch       bigint NOT NULL DEFAULT 0,
    last_push_at     timestamptz,
    last_pull_at     timestamptz,
    confirmed_cursor pg_snapshot,
    pending          bigint,
    failed           bigint,
    conflicts        bigint,
    clock_skew_ms    bigint,
    offsync_version  text
);

CREATE TABLE offsync.tracked_table (
    id            integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    schema_name   name NOT NULL,
    relation_name name NOT NULL,
    relation      oid NOT NULL UNIQUE DEFERRABLE, -- a restored dump numbers them anew
    key_columns   text[] NOT NULL,
    key_types     text[] NOT NULL,
    key_operators text[] NOT NULL,
    version_floor bigint NOT NULL DEFAULT 0,     -- the greatest version of a tombstone that was purged
    has_feed      boolean NOT NULL DEFAULT true, -- false: devices only push into it, and nobody asks for its changes
    UNIQUE (schema_name, relation_name)
);

-- The transactions that apply a device's batch just now; their writes are the device's changes. unsent holds, for each
-- table's number, an object of the columns that the device does not send, all null.
CREATE TABLE offsync.push (
    xid       xid8 PRIMARY KEY,
    device_id integer NOT NULL,
    batch     bigint NOT NULL,
    unsent    jsonb NOT NULL,
    floors    jsonb,                               -- offsync.version_floors() at the beginning
    plain     boolean NOT NULL                   -- it goes the short way, see write_plainly
);

-- What a batch left undone, or did otherwise than the device expects; kept until the device's next push, so that a lost
-- reply can be asked for again.
CREATE TABLE offsync.batch_outcome (
    device_id      integer NOT NULL REFERENCES offsync.device,
    batch          bigint NOT NULL,
    operation      bigint NOT NULL,
    table_id       integer NOT NULL,
    outcome        text NOT NULL,
    hub_version    bigint,
    hub_changed_at timestamptz,
    hub_row        text,
    blocked_by     bigint,
    related        jsonb,
    PRIMARY KEY (device_id, batch, operation)
);
-- A barrier: a function in the caller's condition must not see the rows of others before they are left out.
CREATE VIEW offsync.my_batch_outcome WITH (security_barrier) AS
    SELECT o.* FROM offsync.batch_outcome AS o JOIN offsync.device AS d ON d.id = o.device_id
    WHERE d.role_name = session_user;

CREATE TABLE offsync.id_range (
    id          bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    device_id   integer NOT NULL REFERENCES offsync.device,
    table_id    integer NOT NULL REFERENCES offsync.tracked_table ON UPDATE CASCADE,
    column_name text NOT NULL,
    low         bigint NOT NULL,
    high        bigint NOT NULL,
    proven      boolean NOT NULL DEFAULT false,  -- a quarter of its keys or more have come to the hub
    leased_at   timestamptz NOT NULL DEFAULT now(),
    UNIQUE (table_id, column_name, low)
);
CREATE INDEX id_range_device ON offsync.id_range (device_id);

-- The batch that is being applied, one row for each row that it changes; every device has a table of its own, made from this
-- one. Filled and emptied within one transaction, see unpack.
CREATE TABLE offsync.staging (
    batch          bigint NOT NULL,
    operation      bigint NOT NULL,              -- the first captured operation of the row in this batch
    table_id       integer NOT NULL,
    layout         integer NOT NULL,             -- which list of columns the operation was captured with
    key            text[] NOT NULL,
    base_version   bigint NOT NULL,              -- 0: the row was not on the hub; -1: nobody knows
    operations     integer NOT NULL CHECK (operations > 0), -- a version never goes back
    changed_at     timestamptz NOT NULL,         -- when it was made, on the hub's clock
    row            text,                         -- the row's text in the hub's column order; NULL: deleted
    outcome        text,                         -- NULL: applied as expected; else as apply_batch says
    hub_exists     boolean,
    hub_version    bigint,
    hub_changed_at timestamptz,
    hub_row        text,
    blocked_by     bigint,                       -- the operation in conflict that this one waits for
    related        jsonb                         -- the other rows that a conflict is about, an array of objects
);

CREATE VIEW offsync.my_device WITH (security_barrier) AS
    SELECT * FROM offsync.device WHERE role_name = session_user;

-- The device numbered device_id, if it is the caller's and not revoked.
CREATE FUNCTION offsync.authenticate(device_id integer) RETURNS offsync.device
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    device offsync.device;
BEGIN
    SELECT * INTO device FROM offsync.device AS d WHERE d.id = device_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this hub knows no device number %', device_id USING ERRCODE = 'OS404';
    END IF;
    IF device.role_name <> session_user THEN
        RAISE EXCEPTION 'device % belongs to another role than %', device.name, session_user
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF device.revoked_at IS NOT NULL THEN
        RAISE EXCEPTION 'device % was revoked', device.name USING ERRCODE = 'OS403';
    END IF;
    RETURN device;
END
$$;

CREATE FUNCTION offsync.register_device(device_name text, nonce uuid) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_id integer;
BEGIN
    IF length(device_name) NOT BETWEEN 1 AND 200 THEN
        RAISE EXCEPTION 'a device''s name has 1 to 200 characters' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    -- A stolen login must not fill the catalog.
    IF (SELECT count(*) FROM offsync.device AS d WHERE d.role_name = session_user AND d.revoked_at IS NULL) >= 10000 THEN
        RAISE EXCEPTION 'role % has registered 10000 devices', session_user USING ERRCODE = 'OS508';
    END IF;
    -- What was shut out leaves its name to its successor.
    UPDATE offsync.device AS d
    SET name = format('%s (revoked, number %s)', d.name, d.id)
    WHERE d.name = device_name AND d.revoked_at IS NOT NULL;
    INSERT INTO offsync.device (name, role_name, contact_nonce)
    VALUES (device_name, session_user, nonce)
    ON CONFLICT (name) DO NOTHING
    RETURNING id INTO new_id;
    IF new_id IS NULL THEN
        RAISE EXCEPTION 'the hub already knows a device named %', device_name USING ERRCODE = 'OS409';
    END IF;
    EXECUTE format('CREATE UNLOGGED TABLE offsync.staging_%s (LIKE offsync.staging INCLUDING CONSTRAINTS)', new_id);
    EXECUTE format('CREATE INDEX ON offsync.staging_%s (batch, table_id)', new_id);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON offsync.staging_%s TO %I', new_id, session_user);
    EXECUTE format('CREATE UNLOGGED TABLE offsync.upload_%s (LIKE offsync.upload INCLUDING INDEXES INCLUDING STORAGE)',
                   new_id);
    EXECUTE format('GRANT SELECT, INSERT ON offsync.upload_%s TO %I', new_id, session_user);
    RETURN new_id;
END
$$;

-- The end of every contact. The device names the state it believes the hub to be in and the state it will be in next;
-- only the pair that follows tells a lost reply from a copied device and a hub that was rolled back.
--
-- A network may deliver the last words of a run that is long dead after the next run has begun: run tells them apart.
CREATE FUNCTION offsync.contact(device_id integer, run uuid, seq bigint, nonce uuid, next_nonce uuid, report jsonb)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    device offsync.device;
BEGIN
    PERFORM offsync.authenticate(device_id);
    SELECT * INTO device FROM offsync.device AS d WHERE d.id = device_id FOR UPDATE;
    IF device.run IS DISTINCT FROM contact.run THEN
        RAISE EXCEPTION 'a later run of device % has greeted this hub', device.name USING ERRCODE = 'OS411';
    ELSIF device.contact_seq < seq THEN
        RAISE EXCEPTION 'the hub has seen % contacts of this device, which counts %', device.contact_seq, seq
            USING ERRCODE = 'OS502';
    ELSIF device.contact_seq = seq AND device.contact_nonce = nonce
          OR device.contact_seq = seq + 1 AND device.contact_nonce = next_nonce THEN
        UPDATE offsync.device AS d
        SET contact_seq = seq + 1,
            contact_nonce = next_nonce,
            last_contact_at = clock_timestamp(),
            last_pull_at = CASE WHEN report ? 'pulled' THEN clock_timestamp() ELSE d.last_pull_at END,
            confirmed_cursor = coalesce((report ->> 'cursor')::pg_snapshot, d.confirmed_cursor),
            pending = coalesce((report ->> 'pending')::bigint, d.pending),
            failed = coalesce((report ->> 'failed')::bigint, d.failed),
            conflicts = coalesce((report ->> 'conflicts')::bigint, d.conflicts),
            clock_skew_ms = coalesce((report ->> 'clock_skew_ms')::bigint, d.clock_skew_ms),
            offsync_version = coalesce(report ->> 'version', d.offsync_version)
        WHERE d.id = device_id;
    ELSE
        RAISE EXCEPTION 'another copy of device % has been in contact since', device.name USING ERRCODE = 'OS501';
    END IF;
END
$$;

-- The floors above which the versions of new rows begin, by the number of their table; NULL where there is none.
CREATE FUNCTION offsync.version_floors() RETURNS jsonb
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(t.id, t.version_floor) FROM offsync.tracked_table AS t WHERE t.version_floor > 0
$$;

CREATE FUNCTION offsync.begin_push(device_id integer, batch_id bigint, unsent jsonb, plain boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    IF EXISTS (SELECT FROM offsync.device AS d WHERE d.id = device_id AND d.last_batch >= batch_id) THEN
        RAISE EXCEPTION 'batch % was applied already', batch_id USING ERRCODE = 'OS410';
    END IF;
    -- Until this transaction ends the device's next contact waits here, and so learns how it ended.
    PERFORM FROM offsync.device AS d WHERE d.id = device_id FOR NO KEY UPDATE;
    DELETE FROM offsync.batch_outcome AS o WHERE o.device_id = begin_push.device_id;
    INSERT INTO offsync.push (xid, device_id, batch, unsent, floors, plain)
    VALUES (pg_current_xact_id(), device_id, batch_id, unsent, offsync.version_floors(), plain);
END
$$;

-- Records the outcome of the batch that this transaction applied, and clears away what was uploaded. New rows of a table
-- with a floor have versions above it: an outcome of their table's, under its negative number, says which.
CREATE FUNCTION offsync.finish_push(device_id integer, batch_id bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    push offsync.push;
BEGIN
    DELETE FROM offsync.push AS p
    WHERE p.xid = pg_current_xact_id() AND p.device_id = finish_push.device_id AND p.batch = batch_id
    RETURNING * INTO push;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this transaction applies no batch %', batch_id USING ERRCODE = 'OS500';
    ELSIF push.floors IS DISTINCT FROM offsync.version_floors() THEN
        RAISE EXCEPTION 'a floor of versions was raised meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
    UPDATE offsync.device AS d SET last_batch = batch_id, last_push_at = clock_timestamp() WHERE d.id = device_id;
    IF NOT push.plain THEN
        EXECUTE format('INSERT INTO offsync.batch_outcome
                        SELECT $1, batch, operation, table_id, outcome, hub_version, hub_changed_at, hub_row, blocked_by,
                               related
                        FROM offsync.staging_%s WHERE batch = $2 AND outcome IS NOT NULL', device_id)
        USING device_id, batch_id;
        EXECUTE format('TRUNCATE offsync.staging_%s', device_id);
    END IF;
    INSERT INTO offsync.batch_outcome (device_id, batch, operation, table_id, outcome, hub_version)
    SELECT finish_push.device_id, batch_id, -f.key::integer, f.key::integer, 'floor', f.value::bigint
    FROM jsonb_each_text(push.floors) AS f;
    PERFORM offsync.clear_upload(device_id, batch_id);
END
$$;

CREATE FUNCTION offsync.discard_staging(device_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    EXECUTE format('TRUNCATE offsync.staging_%1$s, offsync.upload_%1$s', device_id);
END
$$;

-- A large batch is joined with tables of any size, which needs statistics that only the owner may take.
CREATE FUNCTION offsync.analyze_staging(device_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    EXECUTE format('ANALYZE offsync.staging_%s (batch, table_id, layout, base_version)', device_id);
END
$$;

-- SQL that compares the key of a row called row_alias (columns named as in names) with that of a staged row s.
CREATE FUNCTION offsync.same_key(tracked offsync.tracked_table, row_alias text, names text[]) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT string_agg(format('%s.%I %s (s.key[%s])::%s', row_alias, names[i], tracked.key_operators[i],
                             i, tracked.key_types[i]), ' AND ')
    FROM generate_subscripts(tracked.key_columns, 1) AS i
$$;

-- A table's name as it stands for the type of its rows, too: "line" alone is a type of PostgreSQL's own.
CREATE FUNCTION offsync.qualified(relation oid) RETURNS text
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT format('%I.%I', n.nspname, c.relname)
    FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid = relation
$$;

-- The names that key columns have in a table's sidecar.
CREATE FUNCTION offsync.sidecar_keys(tracked offsync.tracked_table) RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT array_agg('k' || i ORDER BY i) FROM generate_subscripts(tracked.key_columns, 1) AS i
$$;

-- Foreign keys between tracked tables.
CREATE VIEW offsync.tracked_reference AS
    SELECT c.conrelid AS child, child.id AS child_id, c.confrelid AS parent, parent.id AS parent_id,
           c.confdeltype AS on_delete,
           ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY AS k(attnum, position)
                 JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
                 ORDER BY k.position) AS child_columns,
           ARRAY(SELECT a.attname::text FROM unnest(c.confkey) WITH ORDINALITY AS k(attnum, position)
                 JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.attnum
                 ORDER BY k.position) AS parent_columns
    FROM pg_constraint AS c
    JOIN offsync.tracked_table AS child ON child.relation = c.conrelid
    JOIN offsync.tracked_table AS parent ON parent.relation = c.confrelid
    WHERE c.contype = 'f';

-- The names of a table's columns in their order, read from its row type.
CREATE FUNCTION offsync.column_names(relation oid) RETURNS jsonb
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    names jsonb;
BEGIN
    -- No row is made: that would check the domains of its columns.
    EXECUTE format('SELECT jsonb_agg(name ORDER BY position)
                    FROM (SELECT row_to_json(r.*) FROM (SELECT (NULL::%s).*) AS r) AS row(document),
                         json_object_keys(row.document) WITH ORDINALITY AS k(name, position)', relation::regclass)
    INTO names;
    RETURN names;
END
$$;

-- The columns of a table in their order, each as a JSON array of texts: name, type, whether it may not be NULL (t or f),
-- place in the primary key (0: none), number. What is compared with the next time tells that somebody changed the table.
CREATE FUNCTION offsync.column_shapes(relation oid) RETURNS text[]
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
    SELECT array_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), left(a.attnotnull::text, 1),
                                      coalesce(k.position, 0)::text, a.attnum::text)::text
                     ORDER BY a.attnum)
    FROM pg_attribute AS a
    LEFT JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary
    LEFT JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, position)
        ON k.attnum = a.attnum AND k.position <= i.indnkeyatts
    WHERE a.attrelid = relation AND a.attnum > 0 AND NOT a.attisdropped
$$;

-- Where this database lives: its cluster's system identifier and its oid. In another place transactions are numbered anew.
CREATE FUNCTION offsync.cluster() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT c.system_identifier || '/' || d.oid
    FROM pg_control_system() AS c, pg_database AS d
    WHERE d.datname = current_database()
$$;

-- The beginning of every contact: which hub this is, and what it last heard from the device. Waits for a batch that is
-- still being applied after its connection broke. A NULL run only looks, and waits for nothing.
CREATE FUNCTION offsync.hello(device_id integer, run uuid)
RETURNS TABLE (schema_version integer, identity uuid, cluster text, clock timestamptz, contact_seq bigint,
               contact_nonce uuid, last_batch bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    IF hello.run IS NOT NULL THEN
        -- A crash that forgets this ends the earlier run's connection, too.
        PERFORM set_config('synchronous_commit', 'off', true);
        UPDATE offsync.device AS d SET run = hello.run WHERE d.id = device_id;
    END IF;
    RETURN QUERY
        SELECT (SELECT max(v.version) FROM offsync.schema_version AS v), h.identity, offsync.cluster(),
               clock_timestamp(), d.contact_seq, d.contact_nonce, d.last_batch
        FROM offsync.hub AS h, offsync.device AS d
        WHERE d.id = device_id;
END
$$;

-- The fleet as the caller may see it: all devices for an administrator, to others those that their role registered.
CREATE FUNCTION offsync.devices()
RETURNS TABLE (id integer, name text, role_name name, registered_at timestamptz, revoked_at timestamptz,
               last_contact_at timestamptz, last_push_at timestamptz, last_pull_at timestamptz, pending bigint,
               failed bigint, conflicts bigint, clock_skew_ms bigint, offsync_version text)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT d.id, d.name, d.role_name, d.registered_at, d.revoked_at, d.last_contact_at, d.last_push_at, d.last_pull_at,
           d.pending, d.failed, d.conflicts, d.clock_skew_ms, d.offsync_version
    FROM offsync.device AS d
    WHERE d.role_name = session_user OR pg_has_role(session_user, 'offsync_admin', 'MEMBER')
$$;

-- The last range that each of those devices leased for each key.
CREATE FUNCTION offsync.device_ranges()
RETURNS TABLE (device_id integer, table_name text, column_name text, low bigint, high bigint)
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET quote_all_identifiers = off
AS $$
    SELECT DISTINCT ON (r.device_id, r.table_id, r.column_name)
           r.device_id, CASE WHEN t.schema_name = 'public' THEN quote_ident(t.relation_name)
                             ELSE format('%I.%I', t.schema_name, t.relation_name) END,
           r.column_name, r.low, r.high
    FROM offsync.id_range AS r
    JOIN offsync.tracked_table AS t ON t.id = r.table_id
    WHERE r.device_id IN (SELECT d.id FROM offsync.devices() AS d)
    ORDER BY r.device_id, r.table_id, r.column_name, r.id DESC
$$;

-- Shuts a device out: authenticate refuses it from now on, a run under way included.
CREATE FUNCTION offsync.revoke_device(device_name text)
RETURNS TABLE (role_name name, revoked_at timestamptz, already boolean)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    IF NOT pg_has_role(session_user, 'offsync_admin', 'MEMBER') THEN
        RAISE EXCEPTION 'only a member of offsync_admin may revoke a device' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
        WITH known AS (
            SELECT d.id, d.revoked_at IS NOT NULL AS already FROM offsync.device AS d WHERE d.name = device_name FOR UPDATE
        )
        UPDATE offsync.device AS d
        SET revoked_at = coalesce(d.revoked_at, clock_timestamp())
        FROM known AS k
        WHERE d.id = k.id
        RETURNING d.role_name, d.revoked_at, k.already;
END
$$;

-- Part of init --rejoin: replicas that followed the hub before it was rolled back are told from those that do now. The
-- worst that a device can do with it is to make the others read from the primary until their replicas have followed.
CREATE FUNCTION offsync.renew_incarnation(device_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM offsync.authenticate(device_id);
    UPDATE offsync.hub SET incarnation = gen_random_uuid();
END
$$;
