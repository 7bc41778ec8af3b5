CREATE TEMP TABLE offsync_former ON COMMIT DROP AS SELECT * FROM offsync.row_{table_id};
DROP TABLE offsync.row_{table_id};
{create}
UPDATE offsync.tracked_table
SET key_columns = {columns}, key_types = {types}, key_operators = {operators},
    version_floor = greatest(version_floor, (SELECT max(f.version) FROM offsync_former AS f))
WHERE id = {table_id};
UPDATE offsync.row_{table_id} SET version = (SELECT version_floor + 1 FROM offsync.tracked_table WHERE id = {table_id});
UPDATE offsync.row_{table_id} AS r
SET version = f.version, xid = f.xid, origin = f.origin, changed_at = f.changed_at
FROM offsync_former AS f
JOIN {relation} AS t ON {same_former}
WHERE NOT f.deleted AND {same_key};
DROP TABLE offsync_former;
