-- Keeps version, sync_status and sync_timestamp of {relation} at each of the application's writes. The name sorts after
-- every other trigger, so this one sees the row that is stored. A write that changes nothing but these columns is not
-- the application's to make: they keep their values.
CREATE OR REPLACE FUNCTION offsync.{function}_mark() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $offsync$
BEGIN
    IF pg_trigger_depth() = 1 AND EXISTS (SELECT FROM offsync.applying WHERE xid = pg_current_xact_id()) THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'INSERT' THEN
        NEW.version := 1;
        NEW.sync_status := 'pending';
        NEW.sync_timestamp := NULL;
        RETURN NEW;
    END IF;
    NEW.version := OLD.version;
    NEW.sync_status := OLD.sync_status;
    NEW.sync_timestamp := OLD.sync_timestamp;
    IF NEW *<> OLD THEN
        NEW.version := OLD.version + 1;
        NEW.sync_status := CASE WHEN OLD.sync_status = 'conflict' THEN 'conflict' ELSE 'pending' END;
    END IF;
    RETURN NEW;
EXCEPTION WHEN undefined_column THEN
    -- One of the three was dropped or renamed; the application's write goes through all the same.
    RETURN NEW;
END
$offsync$;
CREATE OR REPLACE TRIGGER "~offsync_mark" BEFORE INSERT OR UPDATE ON {relation}
    FOR EACH ROW EXECUTE FUNCTION offsync.{function}_mark();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER "~offsync_mark";
