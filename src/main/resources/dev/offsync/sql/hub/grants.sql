REVOKE ALL ON ALL FUNCTIONS IN SCHEMA offsync FROM PUBLIC;
GRANT USAGE ON SCHEMA offsync TO offsync_device;
GRANT SELECT ON offsync.hub, offsync.schema_version, offsync.tracked_table, offsync.tracked_reference,
    offsync.my_device, offsync.my_batch_outcome TO offsync_device;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA offsync TO offsync_device;
