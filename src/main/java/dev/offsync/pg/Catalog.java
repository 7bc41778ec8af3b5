package dev.offsync.pg;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.Reference;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.model.TableDefinition.Relation;
import dev.offsync.model.TableDefinition.Sequence;
import dev.offsync.model.TableName;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads tables from PostgreSQL's catalog. */
public final class Catalog {
    private final Database database;

    public Catalog(Database database) {
        this.database = database;
    }

    /** The table that an SQL identifier means on this connection's search_path, as {@code to_regclass} finds it. */
    public Optional<TableName> resolve(String identifier) throws SQLException {
        return database.first("""
                SELECT n.nspname, c.relname
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p')
                """, row -> new TableName(row.getString(1), row.getString(2)), identifier);
    }

    /** Every ordinary table outside PostgreSQL's and offsync's own schemas; a partition counts with its root. */
    public List<TableName> allTables() throws SQLException {
        return database.list("""
                SELECT n.nspname, c.relname
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p')
                  AND NOT c.relispartition
                  AND c.relpersistence <> 't'
                  AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'offsync')
                  AND NOT EXISTS (SELECT FROM pg_depend AS d
                                  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                ORDER BY 1, 2
                """, row -> new TableName(row.getString(1), row.getString(2)));
    }

    public Optional<TableDefinition> table(TableName name) throws SQLException {
        Optional<TableDefinition> bare = database.first(
                """
                SELECT c.oid, c.relispartition, c.relkind = 'p',
                       c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits AS i WHERE c.oid IN (i.inhparent, i.inhrelid))
                FROM pg_class AS c
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ? AND c.relkind IN ('r', 'p')
                """,
                row -> new TableDefinition(
                        name,
                        row.getLong(1),
                        row.getBoolean(2),
                        row.getBoolean(3),
                        row.getBoolean(4),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of(),
                        List.of()),
                name.schema(),
                name.name());
        if (bare.isEmpty()) {
            return bare;
        }
        TableDefinition table = bare.get();
        return Optional.of(new TableDefinition(
                name,
                table.oid(),
                table.partition(),
                table.partitioned(),
                table.inherits() && !table.partition(),
                relations(table.oid()),
                columns(name),
                key(table.oid()),
                sequences(table.oid()),
                references(List.of(name)).getOrDefault(name, List.of())));
    }

    private List<Relation> relations(long oid) throws SQLException {
        return database.list(
                """
                SELECT n.nspname, c.relname, c.oid
                FROM (SELECT ?::oid AS oid UNION SELECT relid FROM pg_partition_tree(?::oid)) AS member
                JOIN pg_class AS c ON c.oid = member.oid
                JOIN pg_namespace AS n ON n.oid = c.relnamespace
                ORDER BY c.oid <> ?::oid, c.oid
                """,
                row -> new Relation(new TableName(row.getString(1), row.getString(2)), row.getLong(3)),
                oid,
                oid,
                oid);
    }

    /** A table's columns in their order; none where it is gone. */
    public List<Column> columns(TableName table) throws SQLException {
        return database.list(
                """
                SELECT attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated
                FROM pg_attribute
                WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
                ORDER BY attnum
                """,
                row -> new Column(
                        row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4), row.getString(5)),
                table.sql());
    }

    /** The types of a table's columns by name, each by a text that means the same in another database. */
    public Map<String, String> columnTypes(TableName table) throws SQLException {
        var types = new HashMap<String, String>();
        database.list("""
                SELECT a.attname,
                       CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace THEN format_type(a.atttypid, a.atttypmod)
                            ELSE format('%I.%I(%s)', n.nspname, t.typname, a.atttypmod) END
                FROM pg_attribute AS a
                JOIN pg_type AS t ON t.oid = a.atttypid
                JOIN pg_namespace AS n ON n.oid = t.typnamespace
                WHERE a.attrelid = to_regclass(?) AND a.attnum > 0 AND NOT a.attisdropped
                """, row -> types.put(row.getString(1), row.getString(2)), table.sql());
        return types;
    }

    /**
     * The primary key's columns; a domain is replaced by the type beneath, which no ALTER DOMAIN can trip over, and a
     * type of the user's carries its schema, since the trigger functions search none but pg_catalog.
     */
    private List<KeyColumn> key(long oid) throws SQLException {
        return database.list("""
                WITH RECURSIVE key AS (
                    SELECT k.position, a.attname, a.atttypid AS type, a.atttypmod AS modifier, i.indclass[k.position - 1] AS class
                    FROM pg_index AS i
                    CROSS JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, position)
                    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                    WHERE i.indrelid = ?::oid AND i.indisprimary AND k.position <= i.indnkeyatts
                ), base AS (
                    SELECT position, type, modifier FROM key
                    UNION ALL
                    SELECT b.position, t.typbasetype, t.typtypmod
                    FROM base AS b
                    JOIN pg_type AS t ON t.oid = b.type
                    WHERE t.typtype = 'd'
                )
                SELECT key.attname,
                       CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace
                            THEN format_type(base.type, CASE WHEN base.modifier >= 0 THEN base.modifier END)
                            ELSE format('%I.%I', type_schema.nspname, t.typname)
                       END,
                       format('OPERATOR(%I.%s)', operator_schema.nspname, o.oprname)
                FROM key
                JOIN base ON base.position = key.position
                JOIN pg_type AS t ON t.oid = base.type AND t.typtype <> 'd'
                JOIN pg_namespace AS type_schema ON type_schema.oid = t.typnamespace
                JOIN pg_opclass AS c ON c.oid = key.class
                JOIN pg_amop AS op ON op.amopfamily = c.opcfamily AND op.amopstrategy = 3
                     AND op.amoplefttype = c.opcintype AND op.amoprighttype = c.opcintype
                JOIN pg_operator AS o ON o.oid = op.amopopr
                JOIN pg_namespace AS operator_schema ON operator_schema.oid = o.oprnamespace
                ORDER BY key.position
                """, row -> new KeyColumn(row.getString(1), row.getString(2), row.getString(3)), oid);
    }

    private List<Sequence> sequences(long oid) throws SQLException {
        return database.list(
                """
                SELECT a.attname, format_type(a.atttypid, NULL), n.nspname, s.relname
                FROM pg_index AS i
                JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[])
                LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
                JOIN pg_depend AS dep
                  ON (dep.classid = 'pg_attrdef'::regclass AND dep.objid = d.oid
                      AND dep.refclassid = 'pg_class'::regclass AND dep.deptype = 'n')
                  OR (dep.classid = 'pg_class'::regclass AND dep.refclassid = 'pg_class'::regclass
                      AND dep.refobjid = a.attrelid AND dep.refobjsubid = a.attnum AND dep.deptype = 'i')
                JOIN pg_class AS s
                  ON s.relkind = 'S' AND s.oid = CASE dep.deptype WHEN 'i' THEN dep.objid ELSE dep.refobjid END
                JOIN pg_namespace AS n ON n.oid = s.relnamespace
                WHERE i.indrelid = ?::oid AND i.indisprimary
                ORDER BY a.attnum
                """,
                row -> new Sequence(
                        row.getString(1), row.getString(2), new TableName(row.getString(3), row.getString(4))),
                oid);
    }

    /** For each of {@code tables} with a foreign key to another table those that it references. */
    public Map<TableName, List<TableName>> references(List<TableName> tables) throws SQLException {
        // A function names them, since each sync asks, and a join with their names takes four times as long to plan.
        var references = new HashMap<TableName, List<TableName>>();
        database.list(
                """
                SELECT child.name[1], child.name[2], parent.name[1], parent.name[2]
                FROM (SELECT DISTINCT f.conrelid, f.confrelid
                      FROM pg_constraint AS f
                      WHERE f.conrelid IN (SELECT to_regclass(name) FROM unnest(?::text[]) AS name)
                        AND f.contype = 'f' AND f.confrelid <> f.conrelid) AS f
                CROSS JOIN LATERAL pg_identify_object_as_address('pg_class'::regclass, f.conrelid, 0) AS child(type, name)
                CROSS JOIN LATERAL pg_identify_object_as_address('pg_class'::regclass, f.confrelid, 0) AS parent(type, name)
                """,
                row -> references
                        .computeIfAbsent(new TableName(row.getString(1), row.getString(2)), child -> new ArrayList<>())
                        .add(new TableName(row.getString(3), row.getString(4))),
                tables.stream().map(TableName::sql).toList());
        return references;
    }

    /** The foreign keys from or to one of {@code tables}; those that a partition has from its root are left out. */
    public List<Reference> foreignKeys(List<TableName> tables) throws SQLException {
        return database.list(
                """
                WITH named AS (
                    SELECT to_regclass(name)::oid AS oid FROM unnest(?::text[]) AS name
                )
                SELECT f.conname, child.nspname, c.relname, parent.nspname, p.relname,
                       {child_columns},
                       {parent_columns},
                       ARRAY(SELECT format('OPERATOR(%I.%s)', n.nspname, o.oprname)
                             FROM unnest(f.conpfeqop) WITH ORDINALITY AS k(operator, position)
                             JOIN pg_operator AS o ON o.oid = k.operator
                             JOIN pg_namespace AS n ON n.oid = o.oprnamespace
                             ORDER BY k.position)
                FROM pg_constraint AS f
                JOIN pg_class AS c ON c.oid = f.conrelid
                JOIN pg_namespace AS child ON child.oid = c.relnamespace
                JOIN pg_class AS p ON p.oid = f.confrelid
                JOIN pg_namespace AS parent ON parent.oid = p.relnamespace
                WHERE f.contype = 'f' AND f.conparentid = 0
                  AND (f.conrelid IN (SELECT oid FROM named) OR f.confrelid IN (SELECT oid FROM named))
                ORDER BY f.oid
                """.replace("{child_columns}", ForeignKeySql.CHILD_COLUMNS)
                        .replace("{parent_columns}", ForeignKeySql.PARENT_COLUMNS),
                row -> new Reference(
                        row.getString(1),
                        new TableName(row.getString(2), row.getString(3)),
                        SqlArray.texts(row.getArray(6)),
                        new TableName(row.getString(4), row.getString(5)),
                        SqlArray.texts(row.getArray(7)),
                        SqlArray.texts(row.getArray(8))),
                tables.stream().map(TableName::sql).toList());
    }
}
