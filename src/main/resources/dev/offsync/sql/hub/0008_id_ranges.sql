-- Ranges of keys for devices' sequences. Below first_key is the hub's own sequence, which nobody alters.
--
-- An integer key leaves 1,147,483,648 keys to devices: 11,474 ranges of the usual size. A device's next range follows its
-- last one where that is free, and nothing is wasted; that is why new devices begin eight ranges apart as long as there is
-- room. Where it is not free the device goes over to another place, with half of its range unused. After that gaps are
-- filled, and at last the untouched ranges of devices that were revoked.
--
-- A login must not use the keys up: the ranges of one role of which less than a quarter has come to the hub as rows may
-- take a quarter of the keys in all.

CREATE FUNCTION offsync.key_space(type text)
RETURNS TABLE (first_key bigint, last_key bigint, usual_size bigint, greatest_size bigint)
LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT s.first_key, s.last_key, s.usual_size, s.greatest_size FROM (VALUES
        ('smallint', 16384::bigint, 32767::bigint, 128::bigint, 1024::bigint),
        ('integer', 1000000000, 2147483647, 100000, 10000000),
        ('bigint', 1099511627776, 9223372036854775807, 1000000000, 1000000000000)
    ) AS s (type, first_key, last_key, usual_size, greatest_size)
    WHERE s.type = CASE WHEN key_space.type IN ('smallint', 'integer') THEN key_space.type ELSE 'bigint' END
$$;

-- Under which table and column the keys of a column are booked: columns that one sequence of the hub feeds share theirs.
CREATE FUNCTION offsync.key_book(table_id integer, column_name text) RETURNS TABLE (booked_table integer, booked_column text)
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    WITH fed AS (
        SELECT t.id, a.attname::text AS name, dep.refobjid AS sequence
        FROM offsync.tracked_table AS t
        JOIN pg_attrdef AS d ON d.adrelid = t.relation
        JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        JOIN pg_depend AS dep ON dep.classid = 'pg_attrdef'::regclass AND dep.objid = d.oid
                             AND dep.refclassid = 'pg_class'::regclass
        JOIN pg_class AS s ON s.oid = dep.refobjid AND s.relkind = 'S'
    )
    SELECT coalesce(first.id, table_id), coalesce(first.name, column_name)
    FROM (SELECT) AS always
    LEFT JOIN LATERAL (
        SELECT other.id, other.name
        FROM fed AS own
        JOIN fed AS other ON other.sequence = own.sequence
        WHERE own.id = table_id AND own.name = column_name
        ORDER BY other.id, other.name
        LIMIT 1
    ) AS first ON true
$$;

-- The greatest key from low to high that a row of the hub has; NULL: none has one there.
CREATE FUNCTION offsync.greatest_key(table_id integer, column_name text, low bigint, high bigint) RETURNS bigint
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    top bigint;
BEGIN
    EXECUTE (SELECT format('SELECT max(t.%I) FROM %s AS t WHERE t.%1$I BETWEEN $1 AND $2', a.attname, offsync.qualified(t.relation))
             FROM offsync.tracked_table AS t
             JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attname = column_name
             JOIN pg_type AS y ON y.oid = a.atttypid AND y.typcategory = 'N'
             WHERE t.id = table_id)
    INTO top USING low, high;
    RETURN top;
END
$$;

-- Notes which of a device's last ranges have come into use.
CREATE FUNCTION offsync.prove_ranges(device_id integer, booked_table integer, booked_column text) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held offsync.id_range;
    used bigint;
BEGIN
    FOR held IN SELECT * FROM offsync.id_range AS r
                WHERE r.device_id = prove_ranges.device_id AND r.table_id = booked_table AND r.column_name = booked_column
                ORDER BY r.id DESC LIMIT 4 LOOP
        CONTINUE WHEN held.proven;
        EXECUTE (SELECT format('SELECT count(*) FROM %s AS t WHERE t.%I BETWEEN $1 AND $2',
                               offsync.qualified(t.relation), a.attname)
                 FROM offsync.tracked_table AS t
                 JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attname = booked_column
                 JOIN pg_type AS y ON y.oid = a.atttypid AND y.typcategory = 'N'
                 WHERE t.id = booked_table)
        INTO used USING held.low, held.high;
        UPDATE offsync.id_range AS r SET proven = true
        WHERE r.id = held.id AND used >= (held.high - held.low + 1) / 4.0;
    END LOOP;
END
$$;

-- Whether the keys from low to high are neither leased nor in use.
CREATE FUNCTION offsync.is_free(booked_table integer, booked_column text, low bigint, high bigint) RETURNS boolean
LANGUAGE sql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT NOT EXISTS (SELECT FROM offsync.id_range AS r
                       WHERE r.table_id = booked_table AND r.column_name = booked_column
                         AND r.low <= is_free.high AND r.high >= is_free.low)
           AND offsync.greatest_key(booked_table, booked_column, low, high) IS NULL
$$;

-- The first key of a free range of the given size; NULL: there is none.
CREATE FUNCTION offsync.find_free_range(device_id integer, booked_table integer, booked_column text, first_key bigint,
                                        last_key bigint, size bigint)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    spacing CONSTANT numeric := size * 8.0;
    candidate numeric;
    gap record;
BEGIN
    -- Behind the device's last range.
    SELECT r.high + 1.0 INTO candidate FROM offsync.id_range AS r
    WHERE r.device_id = find_free_range.device_id AND r.table_id = booked_table AND r.column_name = booked_column
    ORDER BY r.id DESC LIMIT 1;
    IF candidate + size - 1 <= last_key AND candidate >= first_key
       AND offsync.is_free(booked_table, booked_column, candidate::bigint, (candidate + size - 1)::bigint) THEN
        RETURN candidate;
    END IF;
    -- Far from the others.
    SELECT first_key + ceil(greatest(coalesce(max(r.high), 0) + 1.0 - first_key, 0) / spacing) * spacing INTO candidate
    FROM offsync.id_range AS r
    WHERE r.table_id = booked_table AND r.column_name = booked_column AND r.high BETWEEN first_key AND last_key;
    FOR i IN 1 .. 100 LOOP
        EXIT WHEN candidate + size - 1 > last_key;
        IF offsync.is_free(booked_table, booked_column, candidate::bigint, (candidate + size - 1)::bigint) THEN
            RETURN candidate;
        END IF;
        candidate := candidate + spacing;
    END LOOP;
    -- In a gap.
    FOR gap IN
        SELECT g.low, g.high
        FROM (SELECT r.high + 1.0 AS low, lead(r.low, 1, last_key) OVER (ORDER BY r.low)
                     - (lead(r.low) OVER (ORDER BY r.low) IS NOT NULL)::integer AS high
              FROM (SELECT x.low, x.high FROM offsync.id_range AS x
                    WHERE x.table_id = booked_table AND x.column_name = booked_column AND x.high BETWEEN first_key AND last_key
                    UNION ALL SELECT first_key - 1, first_key - 1) AS r) AS g
        WHERE g.high - g.low + 1 >= size
        ORDER BY g.low
    LOOP
        candidate := gap.low;
        WHILE candidate + size - 1 <= gap.high LOOP
            IF offsync.is_free(booked_table, booked_column, candidate::bigint, (candidate + size - 1)::bigint) THEN
                RETURN candidate;
            END IF;
            candidate := candidate + size;
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$$;

-- Leases keys of a sequence-fed column to a device.
--
-- wanted: how many; NULL: as many as is usual for the column's type
CREATE FUNCTION offsync.lease_id_range(device_id integer, table_id integer, column_name text, wanted bigint)
RETURNS TABLE (low bigint, high bigint)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    space record;
    book record;
    size bigint;
    first bigint;
BEGIN
    PERFORM offsync.authenticate(device_id);
    PERFORM FROM offsync.tracked_table AS t WHERE t.id = table_id FOR UPDATE;
    SELECT * INTO space FROM offsync.leasable_keys(table_id, column_name);
    SELECT * INTO book FROM offsync.key_book(table_id, column_name);
    PERFORM FROM offsync.tracked_table AS t WHERE t.id = book.booked_table FOR UPDATE;
    size := coalesce(wanted, space.usual_size);
    IF size NOT BETWEEN 1 AND space.greatest_size THEN
        RAISE EXCEPTION 'a range of column % has 1 to % keys, not %', column_name, space.greatest_size, size
            USING ERRCODE = 'OS507';
    END IF;
    PERFORM offsync.prove_ranges(device_id, book.booked_table, book.booked_column);
    PERFORM offsync.require_share(device_id, book.booked_table, book.booked_column, size,
                                  space.last_key - space.first_key);
    first := offsync.find_free_range(device_id, book.booked_table, book.booked_column, space.first_key, space.last_key, size);
    IF first IS NULL THEN
        -- A revoked device sends nothing any more: where none of its keys have come, none will.
        SELECT r.low, r.high INTO low, high
        FROM offsync.id_range AS r
        JOIN offsync.device AS d ON d.id = r.device_id
        WHERE r.table_id = book.booked_table AND r.column_name = book.booked_column AND d.revoked_at IS NOT NULL
          AND offsync.greatest_key(r.table_id, r.column_name, r.low, r.high) IS NULL
        ORDER BY d.revoked_at, r.low
        LIMIT 1;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'no range of % keys is left for column % of table %', size, column_name,
                offsync.display_name((SELECT t.relation FROM offsync.tracked_table AS t WHERE t.id = table_id))
                USING ERRCODE = 'OS507';
        END IF;
        DELETE FROM offsync.id_range AS r
        WHERE r.table_id = book.booked_table AND r.column_name = book.booked_column AND r.low = lease_id_range.low;
        first := low;
        size := high - low + 1;
    END IF;
    low := first;
    high := first + (size - 1);
    INSERT INTO offsync.id_range AS r (device_id, table_id, column_name, low, high)
    VALUES (device_id, book.booked_table, book.booked_column, lease_id_range.low, lease_id_range.high);
    RETURN NEXT;
END
$$;

-- The keys of a column, if the caller may insert rows with them.
CREATE FUNCTION offsync.leasable_keys(table_id integer, column_name text)
RETURNS TABLE (first_key bigint, last_key bigint, usual_size bigint, greatest_size bigint)
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
        SELECT s.* FROM offsync.tracked_table AS t
        JOIN pg_attribute AS a ON a.attrelid = t.relation AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type AS y ON y.oid = a.atttypid
        CROSS JOIN LATERAL offsync.key_space(format_type(CASE y.typtype WHEN 'd' THEN y.typbasetype ELSE y.oid END, NULL)) AS s
        WHERE t.id = table_id AND a.attname = column_name AND a.attname = ANY (t.key_columns)
          AND has_table_privilege(session_user, t.relation, 'INSERT');
    IF NOT FOUND THEN
        RAISE EXCEPTION 'role % may not make keys for column % of table number %', session_user, column_name, table_id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;

-- Refuses keys to a role that holds too many of which nothing has come.
CREATE FUNCTION offsync.require_share(device_id integer, booked_table integer, booked_column text, size bigint, keys bigint)
RETURNS void
LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    idle numeric;
BEGIN
    SELECT coalesce(sum(r.high - r.low + 1), 0) INTO idle
    FROM offsync.id_range AS r
    JOIN offsync.device AS d ON d.id = r.device_id
    WHERE r.table_id = booked_table AND r.column_name = booked_column AND NOT r.proven AND d.revoked_at IS NULL
      AND d.role_name = (SELECT o.role_name FROM offsync.device AS o WHERE o.id = require_share.device_id);
    IF idle + size > keys / 4 + 1 THEN
        RAISE EXCEPTION 'the devices of role % hold % keys for column % that they have not used', session_user, idle,
            booked_column USING ERRCODE = 'OS509';
    END IF;
END
$$;

-- Takes a range back into the books that this hub leased before it was restored. False if it belongs to another device by
-- now.
CREATE FUNCTION offsync.adopt_id_range(device_id integer, table_id integer, column_name text, low bigint, high bigint)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    space record;
    book record;
BEGIN
    PERFORM offsync.authenticate(device_id);
    SELECT * INTO space FROM offsync.leasable_keys(table_id, column_name);
    SELECT * INTO book FROM offsync.key_book(table_id, column_name);
    PERFORM FROM offsync.tracked_table AS t WHERE t.id = book.booked_table FOR UPDATE;
    IF low > high OR low < space.first_key OR high > space.last_key OR EXISTS (
        SELECT FROM offsync.id_range AS r
        WHERE r.table_id = book.booked_table AND r.column_name = book.booked_column
          AND r.device_id <> adopt_id_range.device_id AND r.low <= adopt_id_range.high AND r.high >= adopt_id_range.low
    ) THEN
        RETURN false;
    END IF;
    IF EXISTS (SELECT FROM offsync.id_range AS r
               WHERE r.table_id = book.booked_table AND r.column_name = book.booked_column
                 AND r.low <= adopt_id_range.low AND r.high >= adopt_id_range.high) THEN
        RETURN true;
    END IF;
    PERFORM offsync.require_share(device_id, book.booked_table, book.booked_column, high - low + 1,
                                  space.last_key - space.first_key);
    DELETE FROM offsync.id_range AS r
    WHERE r.table_id = book.booked_table AND r.column_name = book.booked_column
      AND r.low >= adopt_id_range.low AND r.high <= adopt_id_range.high;
    INSERT INTO offsync.id_range (device_id, table_id, column_name, low, high)
    VALUES (device_id, book.booked_table, book.booked_column, adopt_id_range.low, adopt_id_range.high);
    RETURN true;
END
$$;
