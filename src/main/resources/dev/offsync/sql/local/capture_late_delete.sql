CREATE OR REPLACE TRIGGER offsync_late_delete AFTER DELETE ON {relation}
    FOR EACH ROW WHEN (OLD.tableoid <> ALL ({known})) EXECUTE FUNCTION offsync.{function}_late();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER offsync_late_delete;
