CREATE OR REPLACE TRIGGER offsync_insert AFTER INSERT ON {relation}
    REFERENCING NEW TABLE AS offsync_new FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_insert();
CREATE OR REPLACE TRIGGER offsync_update AFTER UPDATE ON {relation}
    REFERENCING OLD TABLE AS offsync_old NEW TABLE AS offsync_new
    FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_update();
CREATE OR REPLACE TRIGGER offsync_delete AFTER DELETE ON {relation}
    REFERENCING OLD TABLE AS offsync_old FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_delete();
CREATE OR REPLACE TRIGGER "~offsync_truncate" BEFORE TRUNCATE ON {relation}
    FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_truncate();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER "~offsync_truncate";
