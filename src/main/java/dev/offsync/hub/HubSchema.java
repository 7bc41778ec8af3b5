package dev.offsync.hub;

import dev.offsync.model.KeyColumn;
import dev.offsync.model.TableDefinition;
import dev.offsync.pg.Database;
import dev.offsync.pg.Migrations;
import dev.offsync.pg.SqlLiteral;
import dev.offsync.pg.SqlTemplate;
import dev.offsync.pg.TriggerAudit;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** offsync's objects in the hub: the schema, its roles and, for each tracked table, a sidecar and triggers. */
public final class HubSchema {
    /** A hub serves the devices of the previous release, too: their version is the last argument. */
    public static final Migrations MIGRATIONS = new Migrations(
            "hub",
            List.of(
                    "0001_schema.sql",
                    "0002_apply.sql",
                    "0003_collisions.sql",
                    "0004_deletions.sql",
                    "0005_exact_way.sql",
                    "0006_tombstones.sql",
                    "0007_sight.sql",
                    "0008_id_ranges.sql",
                    "0009_uploads.sql"),
            9);

    private static final String CREATE_ROLES = """
            DO $$
            DECLARE
                wanted text;
            BEGIN
                FOREACH wanted IN ARRAY ARRAY['offsync_device', 'offsync_admin'] LOOP
                    BEGIN
                        IF to_regrole(wanted) IS NULL THEN
                            EXECUTE format('CREATE ROLE %I NOLOGIN', wanted);
                        END IF;
                    EXCEPTION WHEN duplicate_object OR unique_violation THEN
                        NULL;
                    END;
                END LOOP;
            END
            $$;
            """;

    private final Database database;

    public HubSchema(Database database) {
        this.database = database;
    }

    /**
     * The roles that devices and administrators are members of, made where they are missing. They belong to the whole
     * server, so another database's init may be making them just now.
     */
    public void createRoles() throws SQLException {
        database.execute(CREATE_ROLES);
    }

    /** Brings the schema up to date; must run within a transaction. */
    public boolean migrate() throws SQLException {
        boolean changed = MIGRATIONS.apply(database);
        if (changed) {
            database.execute(SqlTemplate.read("hub/grants.sql"));
        }
        return changed;
    }

    /** Makes the current role a member of offsync_device, where it is not yet and may say so. */
    public void joinDevices() throws SQLException {
        boolean member = database.first("SELECT pg_has_role('offsync_device', 'USAGE')", row -> row.getBoolean(1))
                .orElse(false);
        if (!member) {
            database.execute("GRANT offsync_device TO CURRENT_USER");
        }
    }

    /** The hub's number for a table, empty where it is not tracked. */
    public Optional<Integer> find(TableDefinition table) throws SQLException {
        return database.first(
                "SELECT id FROM offsync.tracked_table WHERE relation = ?::oid", row -> row.getInt(1), table.oid());
    }

    /**
     * Begins to track a table. Holds off its writers until the transaction ends.
     *
     * @param feed whether to keep versions and changes, which nobody needs of a table that devices only push to; a table
     *     that has them keeps them
     */
    public int track(TableDefinition table, boolean feed) throws SQLException {
        Optional<Integer> known = find(table);
        boolean fed = known.isPresent() && hasFeed(known.get());
        int id = known.isPresent() ? known.get() : register(table, feed);
        var sql = new TrackingSql(id, table);
        database.execute("LOCK TABLE " + table.name().sql() + " IN SHARE ROW EXCLUSIVE MODE");
        if (known.isEmpty()) {
            database.execute(sql.createSidecar());
        } else if (keyChanged(table)) {
            database.execute(sql.changeKey(formerKey(id), fed));
        }
        if (feed && !fed) {
            database.execute(sql.fillSidecar());
            database.update("UPDATE offsync.tracked_table SET has_feed = true WHERE id = ?", id);
        }
        if (feed || fed) {
            database.execute(sql.createTriggers());
            database.execute("REVOKE ALL ON FUNCTION " + triggerFunctions(id) + " FROM PUBLIC");
        }
        return id;
    }

    /** Whether the hub keeps versions and changes of a table's rows. */
    public boolean hasFeed(int id) throws SQLException {
        return database.first("SELECT has_feed FROM offsync.tracked_table WHERE id = ?", row -> row.getBoolean(1), id)
                .orElse(false);
    }

    /** What a tracked table lacks of its triggers. */
    public List<TriggerAudit.Finding> triggerFaults(int id, TableDefinition table) throws SQLException {
        return hasFeed(id) ? new TriggerAudit(database).faults(new TrackingSql(id, table).createTriggers()) : List.of();
    }

    /** Whether triggers are missing or switched off that the current role could make anew. */
    public boolean canMend(TableDefinition table) throws SQLException {
        Optional<Integer> id = find(table);
        return id.isPresent()
                && !triggerFaults(id.get(), table).isEmpty()
                && database.first(
                                "SELECT pg_has_role(relowner, 'USAGE') AND has_schema_privilege('offsync', 'CREATE')"
                                        + " FROM pg_class WHERE oid = ?::oid",
                                row -> row.getBoolean(1),
                                table.oid())
                        .orElse(false);
    }

    /** Whether a tracked table has another primary key than its sidecar. */
    public boolean keyChanged(TableDefinition table) throws SQLException {
        return database.number(
                        """
                        SELECT count(*) FROM offsync.tracked_table
                        WHERE relation = ?::oid AND (key_columns, key_types) IS DISTINCT FROM (?::text[], ?::text[])
                        """,
                        table.oid(),
                        table.key().stream().map(KeyColumn::name).toList(),
                        table.key().stream().map(KeyColumn::type).toList())
                > 0;
    }

    private List<String> formerKey(int id) throws SQLException {
        return database.list(
                "SELECT unnest(key_columns) FROM offsync.tracked_table WHERE id = ?", row -> row.getString(1), id);
    }

    private int register(TableDefinition table, boolean feed) throws SQLException {
        List<Integer> dropped = database.list(
                """
                SELECT t.id FROM offsync.tracked_table AS t
                WHERE t.schema_name = ? AND t.relation_name = ?
                  AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.relation)
                """, row -> row.getInt(1), table.name().schema(), table.name().name());
        return dropped.isEmpty() ? registerNew(table, feed) : succeed(dropped.get(0), table, feed);
    }

    /** A table in the place of one that was dropped takes over its leases, under a number that tells devices of it. */
    private int succeed(int dropped, TableDefinition table, boolean feed) throws SQLException {
        database.execute("DROP TABLE IF EXISTS offsync.row_" + dropped);
        return (int) database.number(
                """
                UPDATE offsync.tracked_table
                SET id = DEFAULT, relation = ?::oid, key_columns = ?, key_types = ?, key_operators = ?,
                    has_feed = ?
                WHERE id = ?
                RETURNING id
                """,
                table.oid(),
                table.key().stream().map(KeyColumn::name).toList(),
                table.key().stream().map(KeyColumn::type).toList(),
                table.key().stream().map(KeyColumn::operator).toList(),
                feed,
                dropped);
    }

    private int registerNew(TableDefinition table, boolean feed) throws SQLException {
        return (int) database.number(
                """
                INSERT INTO offsync.tracked_table (schema_name, relation_name, relation, key_columns, key_types,
                    key_operators, has_feed)
                VALUES (?, ?, ?::oid, ?, ?, ?, ?)
                RETURNING id
                """,
                table.name().schema(),
                table.name().name(),
                table.oid(),
                table.key().stream().map(KeyColumn::name).toList(),
                table.key().stream().map(KeyColumn::type).toList(),
                table.key().stream().map(KeyColumn::operator).toList(),
                feed);
    }

    private String triggerFunctions(int id) throws SQLException {
        return database.first("""
                        SELECT string_agg(p.oid::regprocedure::text, ', ')
                        FROM pg_proc AS p
                        WHERE p.pronamespace = 'offsync'::regnamespace AND p.proname LIKE ?
                        """, row -> row.getString(1), "track\\_" + id + "\\_%")
                .orElseThrow();
    }

    /** The DDL that {@link #migrate} and {@link #track} would run on an unprepared hub. */
    public static String script(List<TableDefinition> tables, boolean feed) {
        var sql = new StringBuilder(CREATE_ROLES).append(MIGRATIONS.script());
        for (int i = 0; i < tables.size(); i++) {
            TableDefinition table = tables.get(i);
            var tracking = new TrackingSql(i + 1, table);
            sql.append(registration(i + 1, table, feed)).append(tracking.createSidecar());
            if (feed) {
                sql.append(tracking.fillSidecar()).append(tracking.createTriggers());
            }
        }
        return sql.append(SqlTemplate.read("hub/grants.sql")).toString();
    }

    private static String registration(int id, TableDefinition table, boolean feed) {
        return """
                INSERT INTO offsync.tracked_table
                    (schema_name, relation_name, relation, key_columns, key_types, key_operators, has_feed)
                VALUES (%s, %s, %s::regclass, %s, %s, %s, %s); -- gets the number %d
                """.formatted(
                        SqlLiteral.of(table.name().schema()),
                        SqlLiteral.of(table.name().name()),
                        SqlLiteral.of(table.name().sql()),
                        SqlLiteral.array(table.key().stream().map(KeyColumn::name)),
                        SqlLiteral.array(table.key().stream().map(KeyColumn::type)),
                        SqlLiteral.array(table.key().stream().map(KeyColumn::operator)),
                        feed,
                        id);
    }
}
