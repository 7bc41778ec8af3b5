-- What the hub knows of each row of {relation}, deleted ones included.
CREATE TABLE offsync.row_{table_id} (
    {sidecar_columns},
    version    bigint NOT NULL,
    xid        xid8 NOT NULL,
    deleted    boolean NOT NULL,
    origin     integer,                          -- the device that pushed this version; NULL: the hub's own
    changed_at timestamptz NOT NULL,
    PRIMARY KEY ({sidecar_keys})
);
CREATE INDEX row_{table_id}_xid ON offsync.row_{table_id} (xid);
-- One large transaction in the statistics must not make the planner expect as much of each.
ALTER TABLE offsync.row_{table_id} ALTER xid SET (n_distinct = -0.01);
CREATE INDEX row_{table_id}_deleted ON offsync.row_{table_id} (xid) WHERE deleted;
-- An entry tells a key, so a device reads those of the rows that it sees. In a function, planned once a session, because
-- a policy that names the table would stand in the way of DDL on it.
CREATE OR REPLACE FUNCTION offsync.sees_{table_id}({key_types}) RETURNS boolean
LANGUAGE plpgsql STABLE
AS $offsync$
BEGIN
    RETURN EXISTS (SELECT FROM {relation} AS t WHERE {seen_row});
END
$offsync$;
ALTER TABLE offsync.row_{table_id} ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON offsync.row_{table_id} FOR SELECT TO offsync_device
    USING (CASE (SELECT offsync.sight({table_id}))
               WHEN 'all' THEN true
               WHEN 'some' THEN NOT deleted AND offsync.sees_{table_id}({sidecar_keys})
               ELSE false
           END);
GRANT SELECT ON offsync.row_{table_id} TO offsync_device;
