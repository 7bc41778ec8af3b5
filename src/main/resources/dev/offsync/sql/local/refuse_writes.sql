-- A table with direction pull is the hub's: local writes are refused.
CREATE OR REPLACE TRIGGER offsync_refuse BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON {relation}
    FOR EACH STATEMENT EXECUTE FUNCTION offsync.refuse_write();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER offsync_refuse;
