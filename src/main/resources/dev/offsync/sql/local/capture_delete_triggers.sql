-- Only where deletions travel: a table with direction push keeps them to itself.
CREATE OR REPLACE TRIGGER offsync_delete AFTER DELETE ON {relation}
    REFERENCING OLD TABLE AS offsync_old FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_delete();
-- BEFORE, and by its name after every other: the rows are still there to be read.
CREATE OR REPLACE TRIGGER "~offsync_truncate" BEFORE TRUNCATE ON {relation}
    FOR EACH STATEMENT EXECUTE FUNCTION offsync.{function}_truncate();
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER offsync_delete;
ALTER TABLE {relation} ENABLE ALWAYS TRIGGER "~offsync_truncate";
