package dev.offsync.sync.init;

import dev.offsync.local.device.ExistingRows;
import dev.offsync.local.device.LocalSchema;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.local.queue.QueuedColumns;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Column;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The device's side of an init, table by table. */
final class LocalPart {
    private static final Set<String> VERSION_TYPES = Set.of("smallint", "integer", "bigint");
    private static final Set<String> STATUS_TYPES = Set.of("text", "character varying");
    private static final Set<String> TIME_TYPES = Set.of("timestamp without time zone", "timestamp with time zone");

    private final Database database;

    LocalPart(Database database) {
        this.database = database;
    }

    /** Prepares a table and says what was done. */
    List<String> prepare(InitPlan.Table table, InitOptions options) throws SQLException {
        var changes = new ArrayList<String>();
        boolean madeAnew = !table.added()
                && new SyncedTables(database).madeAnew(table.local().name());
        SyncedTable synced = save(table, options);
        new LocalSchema(database).prepare(synced, definition(table, synced));
        if (madeAnew) {
            new SyncedTables(database).startOver(synced);
            long rows = synced.pushes() ? new ExistingRows(database).queueIdle(synced) : 0;
            changes.add("table " + synced.name().display() + " was made anew: queued its " + rows
                    + " rows, and the next pull brings the hub's");
        }
        if (table.added()) {
            changes.add("captures changes of " + synced.name().display());
            long rows = existing(synced, options.existing());
            if (rows > 0) {
                changes.add("queues " + rows + (rows == 1 ? " row that is in " : " rows that are in ")
                        + synced.name().display() + " already");
            }
        } else if (synced.pushes()) {
            long again = new QueuedColumns(database).captureAgain(synced);
            if (again > 0) {
                changes.add("queued " + again + " rows of " + synced.name().display()
                        + " again, under the names that its columns have now");
            }
        }
        return changes;
    }

    private long existing(SyncedTable table, InitOptions.Existing existing) throws SQLException {
        if (!table.pushes()) {
            return 0;
        }
        var rows = new ExistingRows(database);
        if (existing == InitOptions.Existing.IGNORE) {
            rows.ignore(table);
            return 0;
        }
        long queued = rows.queue(table);
        if (existing == InitOptions.Existing.PUSH) {
            rows.win(table);
        }
        return queued;
    }

    private SyncedTable save(InitPlan.Table table, InitOptions options) throws SQLException {
        var registry = new SyncedTables(database);
        boolean syncColumns = options.syncColumns() || hasSyncColumns(table.local());
        if (options.syncColumns()) {
            database.execute(LocalSchema.addSyncColumns(table.local()));
        }
        TableDefinition definition =
                new Catalog(database).table(table.local().name()).orElseThrow();
        return registry.save(
                definition, options.direction(), priority(table, options), syncColumns, condition(table, options));
    }

    private int priority(InitPlan.Table table, InitOptions options) throws SQLException {
        Integer given = given(table, options.priority());
        return given != null
                ? given
                : new SyncedTables(database)
                        .find(table.local().name())
                        .map(SyncedTable::priority)
                        .orElse(0);
    }

    /** The condition given for the table, else the one it has. */
    private @Nullable String condition(InitPlan.Table table, InitOptions options) throws SQLException {
        String given = given(table, options.where());
        if (given == null) {
            return new SyncedTables(database)
                    .find(table.local().name())
                    .map(SyncedTable::condition)
                    .orElse(null);
        }
        return new FilterCheck(database).accepted(table.local(), given);
    }

    /** What {@code byIdentifier} holds under any spelling of the table's name. */
    private <T> @Nullable T given(InitPlan.Table table, Map<String, T> byIdentifier) throws SQLException {
        for (Map.Entry<String, T> entry : byIdentifier.entrySet()) {
            if (new Catalog(database)
                    .resolve(entry.getKey())
                    .filter(table.local().name()::equals)
                    .isPresent()) {
                return entry.getValue();
            }
        }
        return null;
    }

    private TableDefinition definition(InitPlan.Table table, SyncedTable synced) throws SQLException {
        return synced.columns().equals(table.local().columnNames())
                ? table.local()
                : new Catalog(database).table(synced.name()).orElseThrow();
    }

    /** Whether the table keeps offsync's columns itself, with types that fit. */
    private static boolean hasSyncColumns(TableDefinition table) {
        return isOneOf(table, "version", VERSION_TYPES)
                && isOneOf(table, "sync_status", STATUS_TYPES)
                && isOneOf(table, "sync_timestamp", TIME_TYPES);
    }

    private static boolean isOneOf(TableDefinition table, String column, Set<String> types) {
        Column found = table.column(column);
        return found != null && types.contains(found.type());
    }

    /** The DDL that {@link #prepare} would run in a database without offsync. */
    String script(List<InitPlan.Table> tables, InitOptions options) throws SQLException {
        return database.rehearse(() -> {
            boolean made = LocalSchema.MIGRATIONS.apply(database);
            var sql = new StringBuilder(made ? LocalSchema.MIGRATIONS.script() : "");
            var schema = new LocalSchema(database);
            for (InitPlan.Table table : tables) {
                SyncedTable synced = save(table, options);
                sql.append(schema.registration(synced)).append(schema.sql(synced, definition(table, synced)));
            }
            return sql.toString();
        });
    }
}
