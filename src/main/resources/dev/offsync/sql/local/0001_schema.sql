-- The device's side of offsync. Nothing here is granted to anybody: applications write their own tables, and the
-- capture functions, which run as the owner, write the journal.

CREATE TABLE offsync.device (
    singleton              boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    id                     integer,              -- the hub's number for this device; NULL before the first contact
    name                   text NOT NULL,
    hub_identity           uuid,
    hub_cluster            text,                 -- where the hub's database lived at the last contact
    local_identity         text NOT NULL,        -- system identifier and database oid this schema was made in
    contact_seq            bigint NOT NULL DEFAULT 0,
    contact_nonce          uuid,                 -- what the hub holds, as far as this device knows
    next_nonce             uuid,                 -- what the contact under way will leave there
    primary_seq            bigint NOT NULL DEFAULT 0, -- the last contact that sent something to the hub or read from it
    replica_position       pg_lsn,               -- how far the replica was that was read last
    references_unchecked   boolean NOT NULL DEFAULT false, -- rows of several hub snapshots arrived; see ForeignKeys
    claimed_below          xid8 NOT NULL DEFAULT '0', -- every local transaction before this one has a batch
    last_contact_at        timestamptz,          -- the hub's clock
    last_contact_operation bigint NOT NULL DEFAULT 0, -- the last operation captured before that contact
    waiting_since          timestamptz,          -- the last contact before everything that waits for its first push
    waiting_after          bigint NOT NULL DEFAULT 0, -- the last operation captured before that one
    clock_skew_ms          bigint,
    last_batch             bigint NOT NULL DEFAULT 0, -- the greatest batch number that was used
    purged_batch           bigint NOT NULL DEFAULT 0, -- the greatest batch of which operations are no longer in the log
    last_push_at           timestamptz,
    last_pull_at           timestamptz
);

CREATE TABLE offsync.synced_table (
    id            integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    table_name    text NOT NULL UNIQUE,          -- as it is shown to people
    schema_name   name NOT NULL,
    relation_name name NOT NULL,
    hub_table     integer UNIQUE,                -- the hub's number for the same table
    direction     text NOT NULL DEFAULT 'both' CHECK (direction IN ('both', 'push', 'pull')),
    priority      integer NOT NULL DEFAULT 0,
    key_columns   text[] NOT NULL,
    key_types     text[] NOT NULL,               -- as format_type writes them, domains replaced by their base
    key_operators text[] NOT NULL,               -- the equality of the primary key's operator class
    shape_id      integer NOT NULL,
    relation      oid,                           -- the table that the triggers are on
    columns_here  text[],                        -- offsync.column_shapes() as of the last init, here
    columns_there text[],                        -- and on the hub
    sync_columns  boolean NOT NULL DEFAULT false,
    condition     text,                          -- which of the hub's rows belong on this device; NULL: all
    cursor        pg_snapshot,                   -- the hub's snapshot of the last pull; NULL: every row is due
    reconcile     text NOT NULL DEFAULT 'no'     -- how the next pull compares every row, and why
                  CHECK (reconcile IN ('no', 'filter', 'fill', 'full', 'rejoin')),
    hub_access    text,                          -- what decides about the rows that the hub shows; NULL: it shows all
    pushed_up_to  bigint,                        -- operations up to this one are rows that init --existing push queued
    loaded_at     timestamptz,                   -- when the hub's rows first arrived in full
    last_push_at  timestamptz,
    last_pull_at  timestamptz,
    UNIQUE (schema_name, relation_name)
);

-- A pull that goes in chunks: how far it got in each table. The cursor moves to the snapshot of the first chunk once the
-- last one is here; what changed meanwhile comes with the pull after that.
CREATE TABLE offsync.pull_progress (
    table_id integer PRIMARY KEY REFERENCES offsync.synced_table ON DELETE CASCADE,
    snapshot pg_snapshot NOT NULL,
    xid      xid8,                               -- the row that arrived last: its transaction on the hub and its key;
    key      text[],                             -- NULL: none did
    done     boolean NOT NULL DEFAULT false
);

-- The keys that a reconciling pull has seen on the hub so far. A row whose key is not among them in the end is missing
-- there.
CREATE TABLE offsync.seen (
    table_id integer NOT NULL REFERENCES offsync.synced_table ON DELETE CASCADE,
    key      text[] NOT NULL
);

-- Rows of the hub that could not be applied beside what the device has. They are asked for again at every pull.
CREATE TABLE offsync.wanted (
    table_id integer NOT NULL REFERENCES offsync.synced_table ON DELETE CASCADE,
    key      text[] NOT NULL,
    reason   text NOT NULL CHECK (reason IN ('unique_violation', 'foreign_key', 'too_large', 'verify')),
    PRIMARY KEY (table_id, key)
);

-- Rows that were evicted from the device and stay on the hub. A later version of one brings it back.
CREATE TABLE offsync.evicted (
    table_id integer NOT NULL REFERENCES offsync.synced_table ON DELETE CASCADE,
    key      text[] NOT NULL,
    version  bigint NOT NULL,
    PRIMARY KEY (table_id, key)
);

-- The columns that a table had when operations were captured, in the order of their texts in the journal.
CREATE TABLE offsync.shape (
    id       integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    table_id integer NOT NULL REFERENCES offsync.synced_table ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
    columns  text[] NOT NULL
);

CREATE SEQUENCE offsync.operation_id;

-- Every captured row change. Rows are kept as record text under pinned output settings, which is lossless for every type
-- and survives every DDL on the business table. The state of an operation is not kept here, so it is written only once.
CREATE TABLE offsync.journal (
    id         bigint NOT NULL DEFAULT nextval('offsync.operation_id'),
    xid        xid8 NOT NULL DEFAULT pg_current_xact_id(),
    table_id   integer NOT NULL,
    shape_id   integer NOT NULL,
    operation  "char" NOT NULL,                  -- I, U or D
    key        text,                             -- the key's text; for several columns the JSON array of their texts
    old_row    text,
    new_row    text,
    columns    jsonb,                            -- where the table no longer had the columns of shape_id: those it had
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    late       boolean NOT NULL DEFAULT false    -- captured in a partition that init did not know
);
CREATE INDEX journal_xid ON offsync.journal (xid);
-- One large transaction in the statistics makes the planner expect as much of each, and read the whole journal for it.
ALTER TABLE offsync.journal ALTER xid SET (n_distinct = -0.01);
CREATE INDEX journal_columns ON offsync.journal (table_id, xid) WHERE columns IS NOT NULL;
CREATE INDEX journal_late ON offsync.journal (xid) WHERE late;
CREATE INDEX journal_keyless ON offsync.journal (xid) WHERE key IS NULL;

-- A local transaction goes to the hub in one batch. 0 means that its operations were set aside (see operation_state).
CREATE TABLE offsync.transaction_batch (
    xid   xid8 PRIMARY KEY,
    batch bigint NOT NULL
);
CREATE INDEX transaction_batch_batch ON offsync.transaction_batch (batch);
ALTER TABLE offsync.transaction_batch ALTER batch SET (n_distinct = -0.01);

CREATE TABLE offsync.batch (
    id           bigint PRIMARY KEY,
    started_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    completed_at timestamptz                     -- NULL: in flight
);

-- The operations whose state differs from that of their transaction's batch.
CREATE TABLE offsync.operation_state (
    operation_id   bigint PRIMARY KEY,
    xid            xid8 NOT NULL,
    table_id       integer NOT NULL,
    key            text,
    state          text NOT NULL CHECK (state IN ('pending', 'failed', 'conflict', 'completed')),
    batch          bigint,                       -- the batch that carries it again
    retry_count    integer NOT NULL DEFAULT 0,
    last_error     text,
    too_large      boolean NOT NULL DEFAULT false,  -- for the memory of the run that tried last
    parked_by      bigint,                       -- the operation that must succeed first
    completed_at   timestamptz,
    discarded_by   text,
    discard_reason text
);
CREATE INDEX operation_state_open ON offsync.operation_state (state) WHERE state <> 'completed';
CREATE INDEX operation_state_key ON offsync.operation_state (table_id, key) WHERE state <> 'completed';
CREATE INDEX operation_state_batch ON offsync.operation_state (batch) WHERE batch IS NOT NULL;

-- The transaction that applies what came from the hub. Only offsync's own role can write here, so an application
-- cannot switch capture off (a setting could be set by anybody).
CREATE TABLE offsync.applying (
    xid xid8 PRIMARY KEY
);

CREATE TABLE offsync.sync_status (
    table_name     text PRIMARY KEY,
    last_sync_time timestamptz,
    sync_state     text NOT NULL DEFAULT 'offline' CHECK (sync_state IN ('online', 'offline', 'syncing')),
    sync_count     bigint NOT NULL DEFAULT 0,
    failed_count   bigint NOT NULL DEFAULT 0,
    last_error     text,
    updated_at     timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE offsync.conflict_log (
    id                bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    table_name        text NOT NULL,
    record_id         text NOT NULL,
    local_data        jsonb,
    remote_data       jsonb,
    base_data         jsonb,
    conflict_type     text NOT NULL,
    strategy          text,
    resolution        text,
    resolved_data     jsonb,
    resolved          boolean NOT NULL DEFAULT false,
    resolved_at       timestamptz,
    resolved_by       text,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    local_version     bigint,
    remote_version    bigint,
    local_changed_at  timestamptz,               -- on the hub's clock, corrected by the measured skew
    remote_changed_at timestamptz,
    clock_skew_ms     bigint,
    operation_id      bigint,                    -- the row's first operation in the conflict
    message           text,
    related           jsonb,                     -- the other rows that it is about (unique_violation, foreign_key)
    undone_at         timestamptz,               -- the losing row was brought back, as a new change
    undone_by         text
);
CREATE INDEX conflict_log_resolved ON offsync.conflict_log (resolved);
CREATE INDEX conflict_log_record ON offsync.conflict_log (table_name, record_id);
CREATE UNIQUE INDEX conflict_log_open ON offsync.conflict_log (table_name, record_id) WHERE NOT resolved;

CREATE TABLE offsync.sync_config (
    config_key   text PRIMARY KEY,
    config_value text NOT NULL,
    updated_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE offsync.conflict_resolution_rules (
    id                  integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    table_name          text NOT NULL DEFAULT '*',
    conflict_type       text NOT NULL DEFAULT '*',
    resolution_strategy text NOT NULL,
    custom_function     text,
    priority            integer NOT NULL DEFAULT 0,
    delta_columns       text[] NOT NULL DEFAULT '{}',
    fallback            text NOT NULL DEFAULT 'manual',
    UNIQUE (table_name, conflict_type)
);

-- The ranges leased from the hub, and the bounds that the sequences had before.
CREATE TABLE offsync.id_range (
    sequence_name   text PRIMARY KEY,
    table_id        integer NOT NULL REFERENCES offsync.synced_table ON DELETE CASCADE,
    column_name     text NOT NULL,
    low             bigint NOT NULL,
    high            bigint NOT NULL,
    size            bigint NOT NULL,
    former_start    bigint NOT NULL,
    former_minimum  bigint NOT NULL,
    former_maximum  bigint NOT NULL,
    former_cycle    boolean NOT NULL
);

-- Operations that the hub does not have yet, or has refused. Bounded by indexes: completed history is never read. The bound is
-- said of the batches, too, or the planner would hash all that there ever were.
CREATE VIEW offsync.unfinished AS
    SELECT j.*, 'pending'::text AS state, 0 AS retry_count, NULL::bigint AS parked_by, NULL::text AS last_error
    FROM offsync.journal AS j
    WHERE j.xid >= (SELECT claimed_below FROM offsync.device)
      AND NOT EXISTS (SELECT FROM offsync.transaction_batch AS c
                      WHERE c.xid = j.xid AND c.xid >= (SELECT claimed_below FROM offsync.device))
      AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
    UNION ALL
    SELECT j.*, CASE WHEN b.id IS NULL THEN 'pending' ELSE 'processing' END, 0, NULL, NULL
    FROM offsync.transaction_batch AS c
    JOIN offsync.journal AS j ON j.xid = c.xid
    LEFT JOIN offsync.batch AS b ON b.id = c.batch
    WHERE c.batch > (SELECT coalesce(max(id), 0) FROM offsync.batch WHERE completed_at IS NOT NULL)
      AND b.completed_at IS NULL
      AND NOT EXISTS (SELECT FROM offsync.operation_state AS o WHERE o.operation_id = j.id)
    UNION ALL
    SELECT j.*, o.state, o.retry_count, o.parked_by, o.last_error
    FROM offsync.operation_state AS o
    JOIN offsync.journal AS j ON j.xid = o.xid AND j.id = o.operation_id
    WHERE o.state <> 'completed';

-- A record's text as JSON: column name to PostgreSQL's text of the value, JSON null for SQL NULL.
CREATE FUNCTION offsync.row_to_json(columns text[], row_text text) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT jsonb_object_agg(columns[field.position],
               CASE
                   WHEN field.text = '' THEN NULL
                   WHEN left(field.text, 1) = '"'
                   THEN replace(replace(substr(field.text, 2, length(field.text) - 2), '""', '"'), E'\\\\', E'\\')
                   ELSE field.text
               END)
    FROM (
        SELECT f.position, f.match[1] AS text
        FROM regexp_matches('(' || substr(row_text, 2, length(row_text) - 2),
                            $re$[(,]("(?:[^"\\]|""|\\\\)*"|[^,]*)$re$, 'g') WITH ORDINALITY AS f(match, position)
    ) AS field
    WHERE row_text IS NOT NULL AND field.position <= cardinality(columns)
$$;

-- The names of a table's columns in their order, read from its row type and not from pg_attribute, which an old
-- snapshot shows as it was. IMMUTABLE is what makes it cheap: the planner folds a call with constant arguments once per
-- plan, and DDL on the table invalidates every plan that reads its transition tables. The table goes by its oid, so a
-- renamed one is still found; in another database (a restored dump) the oid means nothing and the answer is NULL.
CREATE FUNCTION offsync.column_names(relation oid, database oid) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    names jsonb;
BEGIN
    IF relation::regclass::text <> relation::text
       AND database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    THEN
        -- No row is made: that would check the domains of its columns, as the owner of this function.
        EXECUTE format('SELECT jsonb_agg(name ORDER BY position)
                        FROM (SELECT row_to_json(r.*) FROM (SELECT (NULL::%s).*) AS r) AS row(document),
                             json_object_keys(row.document) WITH ORDINALITY AS k(name, position)', relation::regclass)
        INTO names;
    END IF;
    RETURN names;
END
$$;

-- What was seen in either of two snapshots, as one.
CREATE FUNCTION offsync.either_snapshot(a pg_snapshot, b pg_snapshot) RETURNS pg_snapshot
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH unseen AS (
        SELECT u.xid
        FROM (SELECT pg_snapshot_xip(a) UNION SELECT pg_snapshot_xip(b)) AS u(xid)
        WHERE NOT pg_visible_in_snapshot(u.xid, a) AND NOT pg_visible_in_snapshot(u.xid, b)
    )
    SELECT (coalesce(min(u.xid), e.xmax)::text || ':' || e.xmax || ':'
            || coalesce(string_agg(u.xid::text, ',' ORDER BY u.xid), ''))::pg_snapshot
    FROM (SELECT greatest(pg_snapshot_xmax(a), pg_snapshot_xmax(b)) AS xmax) AS e
    LEFT JOIN unseen AS u ON true
    GROUP BY e.xmax
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

CREATE FUNCTION offsync.refuse_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF pg_trigger_depth() = 1 AND EXISTS (SELECT FROM offsync.applying WHERE xid = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'table % is only pulled from the hub; it cannot be changed here', TG_RELID::regclass
        USING ERRCODE = 'read_only_sql_transaction',
              HINT = 'Change it on the hub, or repeat offsync init --tables with another --direction.';
END
$$;

-- The hub version that a row rests on: 0 if the hub does not have it, NULL if its table is gone.
CREATE FUNCTION offsync.base_version(table_id integer, key text, inserted boolean) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    condition text;
    version bigint;
BEGIN
    SELECT CASE cardinality(t.key_types)
               WHEN 1 THEN format('k1 %s ($1)::%s', t.key_operators[1], t.key_types[1])
               ELSE (SELECT string_agg(format('k%s %s ($1::jsonb ->> %s)::%s', i, t.key_operators[i], i - 1,
                                              t.key_types[i]), ' AND ')
                     FROM generate_subscripts(t.key_types, 1) AS i)
           END
    INTO condition
    FROM offsync.synced_table AS t
    WHERE t.id = table_id;
    IF condition IS NULL THEN
        RETURN NULL;
    END IF;
    EXECUTE format('SELECT version FROM offsync.row_%s WHERE %s', table_id, condition) INTO version USING key;
    RETURN coalesce(version, CASE WHEN inserted THEN 0 ELSE 1 END);
END
$$;

CREATE VIEW offsync.operation_queue AS
    SELECT j.id,
           j.xid AS transaction_id,
           t.table_name,
           CASE j.operation WHEN 'I' THEN 'INSERT' WHEN 'U' THEN 'UPDATE' ELSE 'DELETE' END AS operation_type,
           j.key AS record_id,
           offsync.row_to_json(c.columns, j.new_row) AS operation_data,
           offsync.row_to_json(c.columns, j.old_row) AS old_data,
           -- A row is not on the hub yet where the first operation that the hub lacks made it. No reference to the outer
           -- row: read once, and hashed.
           -- Nobody knows what a row rests on that verify --repair asks about.
           CASE WHEN s.status <> 'completed'
                THEN NULLIF(offsync.base_version(j.table_id, j.key, (j.table_id, j.key) IN (
                         SELECT f.table_id, f.key
                         FROM (SELECT DISTINCT ON (u.table_id, u.key) u.table_id, u.key, u.operation
                               FROM offsync.unfinished AS u ORDER BY u.table_id, u.key, u.id) AS f
                         WHERE f.operation = 'I')), -1)
           END AS base_version,
           j.changed_at AS created_at,
           t.priority,
           coalesce(o.retry_count, 0) AS retry_count,
           s.status,
           CASE WHEN s.status = 'completed' THEN coalesce(o.completed_at, b.completed_at) END AS synced_at,
           o.last_error,
           o.parked_by,
           o.discarded_by,
           o.discard_reason
    FROM offsync.journal AS j
    JOIN offsync.synced_table AS t ON t.id = j.table_id
    JOIN offsync.shape AS p ON p.id = j.shape_id
    LEFT JOIN offsync.operation_state AS o ON o.operation_id = j.id
    LEFT JOIN offsync.transaction_batch AS x ON x.xid = j.xid
    LEFT JOIN offsync.batch AS b ON b.id = coalesce(o.batch, x.batch)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN j.columns IS NULL THEN p.columns
                    ELSE ARRAY(SELECT jsonb_array_elements_text(j.columns)) END AS columns
    ) AS c
    CROSS JOIN LATERAL (
        SELECT CASE
                   WHEN o.state = 'pending' AND b.id IS NOT NULL AND b.completed_at IS NULL AND o.batch IS NOT NULL
                       THEN 'processing'
                   WHEN o.state IS NOT NULL THEN o.state
                   WHEN b.id IS NULL THEN 'pending'
                   WHEN b.completed_at IS NULL THEN 'processing'
                   ELSE 'completed'
               END AS status
    ) AS s;

CREATE VIEW offsync.operation_log AS
    SELECT q.id, q.transaction_id, q.table_name, q.operation_type, q.record_id, q.operation_data, q.old_data,
           q.created_at, q.status AS sync_status, q.synced_at, q.retry_count, q.last_error, q.discarded_by,
           q.discard_reason
    FROM offsync.operation_queue AS q;

-- The synchronisation state of every row of every synced table. Dynamic, because a view over the business tables would
-- stand in the way of DDL on them. A row that no sidecar lists rests on version 1 since its table was last synchronised.
CREATE FUNCTION offsync.row_states()
RETURNS TABLE (table_name text, record_id text, version bigint, sync_status text, sync_timestamp timestamptz)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    synced offsync.synced_table;
    key_text text;
    same_key text;
BEGIN
    FOR synced IN SELECT * FROM offsync.synced_table ORDER BY id LOOP
        CONTINUE WHEN to_regclass(format('%I.%I', synced.schema_name, synced.relation_name)) IS NULL;
        SELECT CASE count(*) WHEN 1 THEN format('t.%I::text', min(k.name))
                    ELSE format('json_build_array(%s)::text', string_agg(format('t.%I::text', k.name), ', ' ORDER BY k.i))
               END,
               string_agg(format('t.%I %s v.k%s', k.name, k.operator, k.i), ' AND ' ORDER BY k.i)
        INTO key_text, same_key
        FROM unnest(synced.key_columns, synced.key_operators) WITH ORDINALITY AS k(name, operator, i);
        RETURN QUERY EXECUTE format($query$
            SELECT $2, %1$s,
                   greatest(coalesce(v.version, CASE WHEN p.inserted THEN 0 ELSE 1 END), 0) + coalesce(p.operations, 0),
                   CASE WHEN p.conflict THEN 'conflict' WHEN p.operations > 0 THEN 'pending' ELSE 'synced' END,
                   coalesce(v.synced_at, CASE WHEN p.inserted IS NOT TRUE THEN greatest($3, $4, $5) END)
            FROM %2$I.%3$I AS t
            LEFT JOIN offsync.row_%4$s AS v ON %5$s
            LEFT JOIN (
                SELECT u.key, count(*) AS operations, bool_or(u.state = 'conflict') AS conflict,
                       (array_agg(u.operation ORDER BY u.id))[1] = 'I' AS inserted
                FROM offsync.unfinished AS u
                WHERE u.table_id = $1
                GROUP BY u.key
            ) AS p ON p.key = %1$s
            $query$, key_text, synced.schema_name, synced.relation_name, synced.id, same_key)
        USING synced.id, synced.table_name, synced.loaded_at, synced.last_push_at, synced.last_pull_at;
    END LOOP;
END
$$;

CREATE VIEW offsync.row_sync_status AS
    SELECT s.table_name, s.record_id, s.version, s.sync_status, s.sync_timestamp FROM offsync.row_states() AS s;

-- When a change was made, on the hub's clock: corrected by the skew that was last measured, not before the contact that
-- preceded it, and not after hub_now. The clock of a device may have been stepped since.
CREATE FUNCTION offsync.on_hub_clock(changed_at timestamptz, operation_id bigint, hub_now timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT greatest(
               least(changed_at - coalesce(d.clock_skew_ms, 0) * interval '1 ms', hub_now),
               CASE WHEN operation_id > d.waiting_after THEN d.waiting_since END)
    FROM offsync.device AS d
$$;
