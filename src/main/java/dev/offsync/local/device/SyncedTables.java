package dev.offsync.local.device;

import dev.offsync.model.ColumnShape;
import dev.offsync.model.Direction;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.ColumnShapes;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlArray;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The register of synced tables and of the shapes they had. */
public final class SyncedTables {
    private static final String SELECT = """
            SELECT t.id, t.hub_table, t.schema_name, t.relation_name, t.direction, t.priority, t.key_columns,
                   t.key_types, t.key_operators, t.shape_id, s.columns, t.sync_columns, t.condition
            FROM offsync.synced_table AS t
            JOIN offsync.shape AS s ON s.id = t.shape_id
            """;

    private final Database database;

    public SyncedTables(Database database) {
        this.database = database;
    }

    public List<SyncedTable> all() throws SQLException {
        return database.list(SELECT + "ORDER BY t.id", SyncedTables::read);
    }

    public Optional<SyncedTable> find(TableName name) throws SQLException {
        return database.first(
                SELECT + "WHERE t.schema_name = ? AND t.relation_name = ?",
                SyncedTables::read,
                name.schema(),
                name.name());
    }

    /** Registers a table, or brings its entry up to date with its definition and the options given. */
    public SyncedTable save(
            TableDefinition definition,
            Direction direction,
            int priority,
            boolean syncColumns,
            @Nullable String condition)
            throws SQLException {
        Optional<SyncedTable> known = find(definition.name());
        long id = known.isPresent()
                ? known.get().id()
                : database.number("SELECT nextval(pg_get_serial_sequence('offsync.synced_table', 'id'))");
        long shape = known.isPresent() && known.get().columns().equals(definition.columnNames())
                ? known.get().shapeId()
                : database.number(
                        "INSERT INTO offsync.shape (table_id, columns) VALUES (?, ?) RETURNING id",
                        (int) id,
                        definition.columnNames());
        database.update(
                """
                INSERT INTO offsync.synced_table AS t (id, table_name, schema_name, relation_name, direction, priority,
                    key_columns, key_types, key_operators, shape_id, sync_columns, condition)
                OVERRIDING SYSTEM VALUE
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE
                SET direction = excluded.direction, priority = excluded.priority, key_columns = excluded.key_columns,
                    key_types = excluded.key_types, key_operators = excluded.key_operators,
                    shape_id = excluded.shape_id, sync_columns = excluded.sync_columns, condition = excluded.condition
                """,
                (int) id,
                definition.name().display(),
                definition.name().schema(),
                definition.name().name(),
                direction.word(),
                priority,
                definition.key().stream().map(KeyColumn::name).toList(),
                definition.key().stream().map(KeyColumn::type).toList(),
                definition.key().stream().map(KeyColumn::operator).toList(),
                (int) shape,
                syncColumns,
                condition);
        if (known.isPresent() && !known.get().columns().containsAll(definition.columnNames())) {
            new Cursors(database).reconcile(known.get(), Reconcile.FILL);
        }
        if (known.isPresent() && !Objects.equals(known.get().condition(), condition)) {
            // Moves rows of this table and of every table that references it in or out.
            new Cursors(database).reconcileAll(Reconcile.FILTER);
        }
        SyncedTable saved = find(definition.name()).orElseThrow();
        if (known.isPresent() && !known.get().key().equals(saved.key())) {
            new KeyChange(database, known.get(), saved).adopt();
        }
        return saved;
    }

    /**
     * Whether a table took the place of the one that the triggers were put on, which was dropped: nobody has seen what is in
     * it. In a database that was restored from a dump all tables have other numbers; there it is the same one.
     */
    public boolean madeAnew(TableName name) throws SQLException {
        return database.number("""
                        SELECT count(*) FROM offsync.synced_table AS t, offsync.device AS d
                        WHERE t.schema_name = ? AND t.relation_name = ? AND t.relation <> to_regclass(?)
                          AND d.local_identity = ?
                          AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.relation)
                        """, name.schema(), name.name(), name.sql(), new DeviceStore(database).localIdentity())
                > 0;
    }

    /** The tables of a restored dump are the same ones under other numbers. */
    void renumbered() throws SQLException {
        database.execute("""
                UPDATE offsync.synced_table
                SET relation = coalesce(to_regclass(format('%I.%I', schema_name, relation_name))::oid, relation)
                """);
    }

    /** Every row of a table that was made anew is due. */
    public void startOver(SyncedTable table) throws SQLException {
        database.update(
                "UPDATE offsync.synced_table SET loaded_at = NULL, cursor = NULL, relation = to_regclass(?) WHERE id = ?",
                table.name().sql(),
                table.id());
        new Cursors(database).reconcile(table, Reconcile.FULL);
    }

    /**
     * The hub's number for a table, and what the table looks like on both sides from now on.
     *
     * @param there what column_shapes says on the hub
     */
    public void matched(SyncedTable table, int hubTable, List<String> there) throws SQLException {
        if (table.hubTable() != null && table.hubTable() != hubTable) {
            // The hub's table was made anew: what it lacks is offered back.
            new Cursors(database).reconcile(table, Reconcile.REJOIN);
        }
        database.update("""
                UPDATE offsync.synced_table
                SET hub_table = ?, columns_there = ?, columns_here = offsync.column_shapes(to_regclass(?)),
                    relation = to_regclass(?)
                WHERE id = ?
                """, hubTable, there, table.name().sql(), table.name().sql(), table.id());
    }

    /**
     * A table's columns as of the last init and as they are now; {@code now} is empty where the table is gone.
     *
     * @param here those of this database
     * @param there those of the hub
     * @param madeAnew whether another table stands in the place of the one that the triggers were put on
     */
    public record Shapes(List<ColumnShape> here, List<ColumnShape> there, List<ColumnShape> now, boolean madeAnew) {}

    /** The shapes of all tables, by the table's number. */
    public Map<Integer, Shapes> shapes() throws SQLException {
        var shapes = new HashMap<Integer, Shapes>();
        database.list(
                """
                SELECT t.id, t.columns_here, t.columns_there,
                       offsync.column_shapes(to_regclass(format('%I.%I', t.schema_name, t.relation_name))),
                       coalesce(t.relation <> to_regclass(format('%I.%I', t.schema_name, t.relation_name)), false)
                       AND NOT EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.relation)
                FROM offsync.synced_table AS t
                """,
                row -> shapes.put(
                        row.getInt(1),
                        new Shapes(
                                ColumnShapes.of(row.getArray(2)),
                                ColumnShapes.of(row.getArray(3)),
                                ColumnShapes.of(row.getArray(4)),
                                row.getBoolean(5))));
        return shapes;
    }

    /** The columns that operations of a shape were captured with. */
    public List<String> shape(int shapeId) throws SQLException {
        return database.first(
                        "SELECT columns FROM offsync.shape WHERE id = ?",
                        row -> SqlArray.texts(row.getArray(1)),
                        shapeId)
                .orElseThrow();
    }

    private static SyncedTable read(ResultSet row) throws SQLException {
        List<String> names = SqlArray.texts(row.getArray(7));
        List<String> types = SqlArray.texts(row.getArray(8));
        List<String> operators = SqlArray.texts(row.getArray(9));
        var key = new ArrayList<KeyColumn>();
        for (int i = 0; i < names.size(); i++) {
            key.add(new KeyColumn(names.get(i), types.get(i), operators.get(i)));
        }
        return new SyncedTable(
                row.getInt(1),
                row.getObject(2, Integer.class),
                new TableName(row.getString(3), row.getString(4)),
                Direction.of(row.getString(5)),
                row.getInt(6),
                key,
                row.getInt(10),
                SqlArray.texts(row.getArray(11)),
                row.getBoolean(12),
                row.getString(13));
    }
}
