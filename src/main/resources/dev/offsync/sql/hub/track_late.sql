-- A partition that came after init has no triggers of its own but a copy of these. A write through the root raises the
-- version twice, which does no harm.
CREATE OR REPLACE TRIGGER offsync_late AFTER INSERT OR UPDATE ON {relation}
    FOR EACH ROW WHEN (NEW.tableoid <> ALL ({known})) EXECUTE FUNCTION offsync.{function}_row();
CREATE OR REPLACE TRIGGER offsync_late_delete AFTER DELETE ON {relation}
    FOR EACH ROW WHEN (OLD.tableoid <> ALL ({known})) EXECUTE FUNCTION offsync.{function}_row();
