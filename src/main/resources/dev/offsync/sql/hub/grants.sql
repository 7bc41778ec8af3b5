-- The trigger functions are for offsync's triggers alone: on a table of one's own they would forge the feed.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA offsync FROM PUBLIC, offsync_device;
GRANT USAGE ON SCHEMA offsync TO offsync_device;
GRANT SELECT ON offsync.hub, offsync.schema_version, offsync.tracked_table, offsync.tracked_reference,
    offsync.tracked_unique, offsync.relevant_reference, offsync.my_device, offsync.my_batch_outcome TO offsync_device;
DO $$
DECLARE
    called regprocedure;
BEGIN
    FOR called IN SELECT p.oid FROM pg_proc AS p
                  WHERE p.pronamespace = 'offsync'::regnamespace AND p.prorettype <> 'trigger'::regtype LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO offsync_device', called);
    END LOOP;
END
$$;
GRANT USAGE ON SCHEMA offsync TO offsync_admin;
GRANT SELECT ON offsync.schema_version TO offsync_admin;
GRANT EXECUTE ON FUNCTION offsync.devices(), offsync.device_ranges(), offsync.revoke_device(text) TO offsync_admin;
