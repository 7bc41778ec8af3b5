-- Forgetting deletions. A tombstone goes once every device has confirmed a snapshot that shows it, or after
-- tombstone_keep. Transactions are compared by number: all below the horizon of a snapshot had ended in it.

-- The horizons of past days, because a sidecar does not say when a row was deleted here, but in which transaction.
CREATE TABLE offsync.past_horizon (
    taken_at timestamptz PRIMARY KEY,
    horizon  xid8 NOT NULL
);

-- Below which transaction tombstones may go. A device that has never pulled everything holds back all that are not old.
CREATE FUNCTION offsync.purge_horizon() RETURNS xid8
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT greatest(
        (SELECT min(coalesce(pg_snapshot_xmin(d.confirmed_cursor), '0')) FROM offsync.device AS d
         WHERE d.revoked_at IS NULL),
        (SELECT max(p.horizon) FROM offsync.past_horizon AS p, offsync.hub AS h
         WHERE p.taken_at <= clock_timestamp() - h.tombstone_keep))
$$;

-- Deletes what the floors covered by the end of the last round, up to a limit for each table; true: there may be more.
CREATE FUNCTION offsync.purge_below(before xid8) RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    most    CONSTANT integer := 100000;
    tracked integer;
    purged  bigint;
    more    boolean := false;
BEGIN
    FOR tracked IN SELECT t.id FROM offsync.tracked_table AS t ORDER BY t.id LOOP
        EXECUTE format(
            'DELETE FROM offsync.row_%1$s
             WHERE ctid = ANY (ARRAY(SELECT r.ctid FROM offsync.row_%1$s AS r WHERE r.deleted AND r.xid < $1
                                     LIMIT $2 FOR UPDATE SKIP LOCKED))', tracked)
        USING before, most;
        GET DIAGNOSTICS purged = ROW_COUNT;
        more := more OR purged = most;
    END LOOP;
    RETURN more;
END
$$;

-- Devices call this at the end of a pull when it is due; it does nothing but what is due anyway. A round deletes what the
-- round before has raised the floors for, so that whoever inserts a key again, even in a transaction that began before,
-- knows a floor above the version that the key had.
CREATE FUNCTION offsync.purge_tombstones(device_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    known     offsync.hub;
    horizon   xid8;
    tracked   integer;
    unchanged boolean;
BEGIN
    PERFORM offsync.authenticate(device_id);
    SELECT * INTO known FROM offsync.hub AS h
    WHERE h.tended_at IS NULL OR h.tended_at <= clock_timestamp() - h.tend_every
    FOR UPDATE SKIP LOCKED;
    unchanged := known.tended_by IS NOT NULL AND pg_snapshot_xmin(pg_current_snapshot()) <= known.tended_by;
    IF known.singleton IS NULL OR unchanged THEN
        RETURN;
    END IF;
    IF known.purge_before > '0' THEN
        UPDATE offsync.hub SET purged_through = greatest(purged_through, known.purge_before);
        IF offsync.purge_below(known.purge_before) THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO offsync.past_horizon VALUES (clock_timestamp(), pg_snapshot_xmin(pg_current_snapshot()));
    DELETE FROM offsync.past_horizon AS p
    WHERE p.taken_at < (SELECT max(o.taken_at) FROM offsync.past_horizon AS o
                        WHERE o.taken_at <= clock_timestamp() - known.tombstone_keep);
    horizon := greatest(offsync.purge_horizon(), known.purge_before);
    FOR tracked IN SELECT t.id FROM offsync.tracked_table AS t ORDER BY t.id LOOP
        EXECUTE format(
            'UPDATE offsync.tracked_table AS t
             SET version_floor = gone.version
             FROM (SELECT max(r.version) AS version FROM offsync.row_%s AS r WHERE r.deleted AND r.xid < $1) AS gone
             WHERE t.id = $2 AND t.version_floor < gone.version', tracked)
        USING horizon, tracked;
    END LOOP;
    UPDATE offsync.hub
    SET tended_at = clock_timestamp(), tended_by = pg_current_xact_id(), purge_before = horizon;
END
$$;

-- In a dump that was restored the tables are the same ones under other numbers. Does nothing in the cluster that the
-- sidecars know, so that anybody may call it.
CREATE FUNCTION offsync.find_tables_again() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM FROM offsync.hub AS h WHERE h.cluster <> offsync.cluster() FOR UPDATE;
    IF FOUND THEN
        UPDATE offsync.tracked_table AS t
        SET relation = coalesce(to_regclass(format('%I.%I', t.schema_name, t.relation_name))::oid, t.relation);
    END IF;
END
$$;

-- Brings what the sidecars say of transactions into line where this database lives in another cluster than before (a dump
-- that was restored): a number that was not issued here yet would count as new for ever. Devices compare every row then.
CREATE FUNCTION offsync.settle_in(device_id integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    tracked integer;
BEGIN
    PERFORM offsync.authenticate(device_id);
    PERFORM FROM offsync.hub AS h WHERE h.cluster IS DISTINCT FROM offsync.cluster() FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM offsync.find_tables_again();
    FOR tracked IN SELECT t.id FROM offsync.tracked_table AS t ORDER BY t.id LOOP
        EXECUTE format('UPDATE offsync.row_%s SET xid = ''3'' WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())',
                       tracked);
    END LOOP;
    DELETE FROM offsync.past_horizon;
    UPDATE offsync.device SET confirmed_cursor = NULL;
    UPDATE offsync.hub
    SET cluster = offsync.cluster(), tended_by = NULL, purge_before = '0', purged_through = '0';
END
$$;
