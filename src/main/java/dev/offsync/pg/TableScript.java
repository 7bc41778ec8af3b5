package dev.offsync.pg;

import dev.offsync.model.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The DDL that makes a table of one database in another: columns, the enums, domains and composite types they need, defaults, identity,
 * NOT NULL, CHECK, keys, unique constraints and indexes; foreign keys apart, since they need the other tables. A
 * partitioned table comes out as one without partitions. Must be used within a transaction whose search_path is empty, so
 * that PostgreSQL writes every name with its schema.
 */
public final class TableScript {
    private static final String SEQUENCE_OPTIONS = """
            format('INCREMENT %s MINVALUE %s MAXVALUE %s START %s CACHE %s %s', s.seqincrement, s.seqmin, s.seqmax,
                   s.seqstart, s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END)""";

    private final Database database;

    public TableScript(Database database) {
        this.database = database;
    }

    /** The statements in the order they must run. */
    public List<String> create(TableName table) throws SQLException {
        String relation = table.sql();
        var statements = new ArrayList<String>();
        statements.add("CREATE SCHEMA IF NOT EXISTS " + TableName.quote(table.schema()));
        statements.addAll(types(relation));
        statements.addAll(sequences(relation));
        statements.add("CREATE TABLE " + relation + " (\n    " + String.join(",\n    ", columns(relation)) + "\n)");
        statements.addAll(ownership(relation));
        statements.addAll(texts("""
                SELECT pg_get_indexdef(i.indexrelid)
                FROM pg_index AS i
                WHERE i.indrelid = ?::regclass
                  AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)
                ORDER BY i.indexrelid
                """, relation));
        return statements;
    }

    /** The statements that add a table's foreign keys to the tables that {@code others} names. */
    public List<String> foreignKeys(TableName table, List<TableName> others) throws SQLException {
        return texts("""
                SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', c.conrelid::regclass, c.conname,
                              pg_get_constraintdef(c.oid))
                FROM pg_constraint AS c
                WHERE c.conrelid = ?::regclass AND c.contype = 'f' AND c.conparentid = 0
                  AND c.confrelid = ANY (SELECT to_regclass(name) FROM unnest(?::text[]) AS name)
                ORDER BY c.conname
                """, table.sql(), others.stream().map(TableName::sql).toList());
    }

    private List<String> types(String relation) throws SQLException {
        return texts("""
                WITH RECURSIVE used AS (
                    SELECT a.atttypid AS oid, 0 AS depth
                    FROM pg_attribute AS a
                    WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped
                    UNION
                    SELECT part.oid, used.depth + 1
                    FROM used
                    JOIN pg_type AS t ON t.oid = used.oid
                    CROSS JOIN LATERAL (
                        SELECT CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.typelem END AS oid
                        WHERE t.typtype = 'd' OR t.typcategory = 'A'
                        UNION ALL
                        SELECT a.atttypid FROM pg_attribute AS a
                        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
                    ) AS part
                ), made AS (
                    SELECT t.*, n.nspname, max(used.depth) AS depth
                    FROM used
                    JOIN pg_type AS t ON t.oid = used.oid
                    JOIN pg_namespace AS n ON n.oid = t.typnamespace
                    LEFT JOIN pg_class AS c ON c.oid = t.typrelid
                    WHERE (t.typtype IN ('e', 'd') OR t.typtype = 'c' AND c.relkind = 'c')
                      AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                      AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = t.oid AND d.deptype = 'e')
                    GROUP BY t.oid, n.nspname
                )
                SELECT format('CREATE SCHEMA IF NOT EXISTS %I; ', m.nspname)
                       || format('DO %L', format('BEGIN IF to_regtype(%L) IS NULL THEN %s; END IF; END',
                                 format('%I.%I', m.nspname, m.typname),
                                 CASE m.typtype
                                     WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', m.nspname, m.typname,
                                         (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
                                          FROM pg_enum AS e WHERE e.enumtypid = m.oid))
                                     WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s)', m.nspname, m.typname,
                                         (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)),
                                                            ', ' ORDER BY a.attnum)
                                          FROM pg_attribute AS a
                                          WHERE a.attrelid = m.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
                                     ELSE format('CREATE DOMAIN %I.%I AS %s%s%s%s', m.nspname, m.typname,
                                         format_type(m.typbasetype, m.typtypmod),
                                         CASE WHEN m.typdefault IS NOT NULL THEN ' DEFAULT ' || m.typdefault ELSE '' END,
                                         CASE WHEN m.typnotnull THEN ' NOT NULL' ELSE '' END,
                                         (SELECT string_agg(format(' CONSTRAINT %I %s', c.conname,
                                                                   pg_get_constraintdef(c.oid)), '')
                                          FROM pg_constraint AS c WHERE c.contypid = m.oid AND c.contype = 'c'))
                                 END))
                FROM made AS m
                ORDER BY m.depth DESC, m.typname
                """, relation);
    }

    private List<String> sequences(String relation) throws SQLException {
        return texts("""
                SELECT DISTINCT format('CREATE SEQUENCE IF NOT EXISTS %I.%I AS %s %s', n.nspname, c.relname,
                                       format_type(s.seqtypid, NULL), {options})
                FROM pg_attrdef AS d
                JOIN pg_depend AS dep ON dep.classid = 'pg_attrdef'::regclass AND dep.objid = d.oid
                     AND dep.refclassid = 'pg_class'::regclass
                JOIN pg_class AS c ON c.oid = dep.refobjid AND c.relkind = 'S'
                JOIN pg_sequence AS s ON s.seqrelid = c.oid
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE d.adrelid = ?::regclass
                """.replace("{options}", SEQUENCE_OPTIONS), relation);
    }

    /** A sequence that belongs to a column belongs to it here, too. */
    private List<String> ownership(String relation) throws SQLException {
        return texts("""
                SELECT format('ALTER SEQUENCE %s OWNED BY %s.%I', c.oid::regclass, a.attrelid::regclass, a.attname)
                FROM pg_depend AS dep
                JOIN pg_class AS c ON c.oid = dep.objid AND c.relkind = 'S'
                JOIN pg_attribute AS a ON a.attrelid = dep.refobjid AND a.attnum = dep.refobjsubid
                WHERE dep.classid = 'pg_class'::regclass AND dep.refobjid = ?::regclass AND dep.deptype = 'a'
                """, relation);
    }

    private List<String> columns(String relation) throws SQLException {
        var columns = new ArrayList<>(texts("""
                SELECT format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                       || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
                       || CASE
                              WHEN a.attidentity <> ''
                                  THEN format(' GENERATED %s AS IDENTITY (%s)',
                                              CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                                              (SELECT {options} FROM pg_sequence AS s
                                               WHERE s.seqrelid = pg_get_serial_sequence(a.attrelid::regclass::text,
                                                                                         a.attname)::regclass))
                              WHEN a.attgenerated = 's'
                                  THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(d.adbin, d.adrelid))
                              WHEN a.attgenerated = 'v'
                                  THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(d.adbin, d.adrelid))
                              WHEN d.oid IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)
                              ELSE ''
                          END
                       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                FROM pg_attribute AS a
                JOIN pg_type AS t ON t.oid = a.atttypid
                LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                WHERE a.attrelid = ?::regclass AND a.attnum > 0 AND NOT a.attisdropped
                ORDER BY a.attnum
                """.replace("{options}", SEQUENCE_OPTIONS), relation));
        columns.addAll(texts("""
                SELECT format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid))
                FROM pg_constraint AS c
                WHERE c.conrelid = ?::regclass AND c.contype IN ('p', 'u', 'c', 'x')
                ORDER BY c.contype <> 'p', c.conname
                """, relation));
        return columns;
    }

    private List<String> texts(String sql, Object... arguments) throws SQLException {
        return database.list(sql, row -> row.getString(1), arguments);
    }
}
