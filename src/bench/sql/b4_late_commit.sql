-- B4: does a cursor made of a snapshot catch a transaction that commits after a younger one?
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SELECT dblink_connect(name, format('dbname=%s host=%s user=%s', current_database(),
  split_part(current_setting('unix_socket_directories'), ',', 1), current_user)) FROM (VALUES ('slow'), ('quick')) AS s(name);
CREATE SCHEMA b4;
CREATE TABLE b4.feed (id bigserial, what text, xid xid8 DEFAULT pg_current_xact_id(), at timestamptz DEFAULT clock_timestamp());
CREATE INDEX ON b4.feed (xid);
CREATE TABLE b4.cursor (pull int, snapshot pg_snapshot, by_id bigint, by_snapshot text, by_number text);

-- What is visible now and was not in the last snapshot; the index is bounded by the last snapshot's xmin.
CREATE PROCEDURE b4.pull(number int) LANGUAGE plpgsql AS $$
DECLARE last b4.cursor;
BEGIN
  SELECT * INTO last FROM b4.cursor ORDER BY pull DESC LIMIT 1;
  INSERT INTO b4.cursor
  SELECT number, pg_current_snapshot(), (SELECT max(id) FROM b4.feed),
    (SELECT string_agg(what, ',' ORDER BY id) FROM b4.feed
     WHERE last.pull IS NULL OR (xid >= pg_snapshot_xmin(last.snapshot) AND NOT pg_visible_in_snapshot(xid, last.snapshot))),
    (SELECT string_agg(what, ',' ORDER BY id) FROM b4.feed WHERE last.pull IS NULL OR id > last.by_id);
END $$;
SELECT dblink_exec('quick', $$INSERT INTO b4.feed (what) VALUES ('first')$$);
CALL b4.pull(1);
SELECT dblink_exec('slow', 'BEGIN');
SELECT dblink_exec('slow', $$INSERT INTO b4.feed (what) VALUES ('slow')$$);
SELECT dblink_exec('quick', $$INSERT INTO b4.feed (what) VALUES ('quick')$$);
CALL b4.pull(2);
-- A subtransaction's rows carry the top transaction's xid.
SELECT dblink_exec('slow', 'SAVEPOINT s');
SELECT dblink_exec('slow', $$INSERT INTO b4.feed (what) VALUES ('slow, in a savepoint')$$);
SELECT dblink_exec('slow', 'COMMIT');
SELECT dblink_exec('quick', $$INSERT INTO b4.feed (what) VALUES ('third')$$);
CALL b4.pull(3);
CALL b4.pull(4);
SELECT bench.find('B4', format('pull %s', pull), format('by snapshot: %s; by greatest number: %s', coalesce(by_snapshot, 'nothing'), coalesce(by_number, 'nothing')))
FROM b4.cursor ORDER BY pull;
SELECT dblink_disconnect('slow');
SELECT dblink_disconnect('quick');
