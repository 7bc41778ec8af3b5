-- AFTER STATEMENT triggers fire after every row trigger of the statement, so they see what the application's own
-- triggers made of it. ALWAYS: a session in the replica role is captured, too.
CREATE OR REPLACE TRIGGER offsync_insert AFTER INSERT ON {relation}
    REFERENCING NEW TABLE AS offsync_new FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_insert();
CREATE OR REPLACE TRIGGER offsync_update AFTER UPDATE ON {relation}
    REFERENCING OLD TABLE AS offsync_old NEW TABLE AS offsync_new
    FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_update();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER offsync_insert;
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER offsync_update;
