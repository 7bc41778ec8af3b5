package dev.offsync.sync.run;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Filters;
import dev.offsync.local.device.Configuration;
import dev.offsync.local.device.DeviceState;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.LocalSchema;
import dev.offsync.local.device.RunLock;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Connector;
import dev.offsync.pg.Database;
import dev.offsync.pg.Migrations;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** A connection to a prepared local database, with what the device keeps there about itself. */
public final class LocalSession {
    /** Work on the local database; an SQLException from it becomes an error that names that database. */
    @FunctionalInterface
    public interface Work<T> {
        T run(LocalSession session) throws SQLException;
    }

    private final Database database;
    private final Settings settings;
    private final DeviceState device;
    private final List<SyncedTable> tables;

    private LocalSession(Database database, Settings settings, DeviceState device, List<SyncedTable> tables) {
        this.database = database;
        this.settings = settings;
        this.device = device;
        this.tables = tables;
    }

    /** Runs {@code work} for {@code command} on the device's database, without its lock. */
    public static <T> T read(Settings settings, String command, Work<T> work) {
        return with(settings, command, false, work);
    }

    /** Runs {@code work} for {@code command} as the device's only run. */
    public static <T> T locked(Settings settings, String command, Work<T> work) {
        return with(settings, command, true, work);
    }

    private static <T> T with(Settings settings, String command, boolean lock, Work<T> work) {
        return RunMetrics.around(settings, command, metrics -> with(settings, command, lock, work, metrics));
    }

    private static <T> T with(Settings settings, String command, boolean lock, Work<T> work, RunMetrics metrics) {
        try (Database database = connect(settings, command)) {
            requirePrepared(database);
            Settings all = complete(settings, database);
            Notices.info(
                    all, "connected to the local database at " + all.local().address());
            metrics.settings(all);
            try {
                return lock ? locked(database, all, work) : work.run(session(database, all));
            } finally {
                metrics.look(database);
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(e, Side.LOCAL, settings.local());
        }
    }

    private static <T> T locked(Database database, Settings settings, Work<T> work) throws SQLException {
        RunLock.acquire(database, settings.lockWait());
        try {
            LocalSession session = session(database, settings);
            if (!new DeviceStore(database).settleIn()) {
                throw restored(session.device().name());
            }
            return work.run(session);
        } catch (Error collapse) {
            // It may have struck in the middle of a COPY, where the session would wait for the rest of it for ever.
            database.abort();
            throw collapse;
        } finally {
            RunLock.release(database);
        }
    }

    /** The settings with those that the database keeps; what is wrong with these is told here, being known only now. */
    private static Settings complete(Settings given, Database database) throws SQLException {
        Settings all = given.withStored(new Configuration(database).all());
        List<String> told = given.warnings();
        all.warnings().stream().filter(warning -> !told.contains(warning)).forEach(Notices::warn);
        return all;
    }

    private static LocalSession session(Database database, Settings settings) throws SQLException {
        DeviceState device = new DeviceStore(database).load().orElseThrow(LocalSession::notInitialised);
        return new LocalSession(database, settings, device, new SyncedTables(database).all());
    }

    /** A connection to the local database, prepared or not. */
    public static Database connect(Settings settings, String command) throws SQLException {
        var database = new Database(Connector.open(
                settings.local(),
                Side.LOCAL,
                settings.connectTimeout(),
                settings.networkTimeout(),
                RunLock.applicationName(command)));
        try {
            // A killed run's backend is to notice, and with it its lock to go, even in the middle of a long statement.
            // Plans over temporary tables look large: to compile them takes longer than they run.
            database.execute(OutputSettings.forSession()
                    + "SET client_connection_check_interval = '2s'; SET synchronous_commit = on; SET jit = off;"
                    + unbounded(database));
            if (settings.local().parameters().containsKey("application_name")) {
                // The lock's holder is known by this name, whatever the URL or PGAPPNAME calls sessions.
                database.list(
                        "SELECT set_config('application_name', ?, false)",
                        row -> row.getString(1),
                        RunLock.applicationName(command));
            }
            return database;
        } catch (SQLException e) {
            database.close();
            throw e;
        }
    }

    /**
     * Bounds that are set for applications would end the same run every time: a COPY takes as long as the link to the hub,
     * and a transaction may wait for the hub. How long this session waits for others' locks stays as it is set.
     */
    private static String unbounded(Database database) throws SQLException {
        boolean boundsTransactions = database.connection().getMetaData().getDatabaseMajorVersion() >= 17;
        return " SET statement_timeout = 0; SET idle_session_timeout = 0; SET idle_in_transaction_session_timeout = 0"
                + (boundsTransactions ? "; SET transaction_timeout = 0" : "");
    }

    private static void requirePrepared(Database database) throws SQLException {
        OptionalInt version = Migrations.versionOf(database);
        LocalSchema.MIGRATIONS.refuseNewer(version);
        if (version.isEmpty()) {
            throw notInitialised();
        }
        if (version.getAsInt() < LocalSchema.MIGRATIONS.current()) {
            throw new OffsyncException(
                    Reason.NOT_INITIALISED,
                    "the schema offsync in this database was made by an older offsync",
                    "run offsync init to bring it up to date");
        }
    }

    private static OffsyncException restored(String device) {
        return new OffsyncException(
                Reason.CLONED_DEVICE,
                "the database of device " + device
                        + " was restored into another cluster, whose transactions are numbered" + " from the start",
                "run offsync init --new-identity to make it a device of its own; its pending work is kept");
    }

    private static OffsyncException notInitialised() {
        return new OffsyncException(
                Reason.NOT_INITIALISED,
                "this database is not prepared for offsync",
                "run offsync init --tables TABLE,… (or --all-tables)");
    }

    public Database database() {
        return database;
    }

    /** The settings, those that the database keeps included. */
    public Settings settings() {
        return settings;
    }

    /** The device as it was when the session began. */
    public DeviceState device() {
        return device;
    }

    public List<SyncedTable> tables() {
        return tables;
    }

    /** Which rows of the hub belong on this device. */
    public Filters filters() throws SQLException {
        // Without a condition no row is outside, whatever it references.
        List<TableName> names = tables.stream().map(SyncedTable::name).toList();
        return new Filters(
                tables,
                tables.stream().allMatch(table -> table.condition() == null)
                        ? List.of()
                        : new Catalog(database).foreignKeys(names));
    }

    /** The synced tables that {@code identifiers} name, all of them where it is empty. */
    public List<SyncedTable> tables(List<String> identifiers) throws SQLException {
        if (identifiers.isEmpty()) {
            return tables;
        }
        var chosen = new ArrayList<SyncedTable>();
        for (String identifier : identifiers) {
            chosen.add(table(identifier));
        }
        return chosen;
    }

    private SyncedTable table(String identifier) throws SQLException {
        var name = new Catalog(database).resolve(identifier);
        return tables.stream()
                .filter(table -> name.isPresent() && table.name().equals(name.get()))
                .findFirst()
                .orElseThrow(() -> new OffsyncException(
                        Reason.USAGE,
                        "table " + identifier + " is not synced",
                        "synced tables: "
                                + String.join(
                                        ", ",
                                        tables.stream()
                                                .map(t -> t.name().display())
                                                .toList())));
    }
}
