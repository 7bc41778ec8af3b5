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
CREATE INDEX row_{table_id}_deleted ON offsync.row_{table_id} (xid) WHERE deleted;
GRANT SELECT ON offsync.row_{table_id} TO offsync_device;
