package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.HubRemoval;
import dev.offsync.hub.HubRemoval.Registered;
import dev.offsync.local.device.LocalRemoval;
import dev.offsync.local.device.RunLock;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.local.device.TableRemoval;
import dev.offsync.model.DeinitResult;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.SchemaRemoval;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.RunMetrics;
import dev.offsync.sync.run.StoredSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Removes offsync from a device's database or the hub, in one transaction; where nothing is left, nothing is done. */
public final class Deinit {
    private final Settings settings;

    public Deinit(Settings settings) {
        this.settings = settings;
    }

    public DeinitResult run(DeinitOptions options) {
        return RunMetrics.around(
                settings, "deinit", metrics -> options.hub() ? onHub(options, metrics) : here(options, metrics));
    }

    private DeinitResult here(DeinitOptions options, RunMetrics metrics) {
        try (Database database = LocalSession.connect(settings, "deinit")) {
            // While they are there; where they are gone afterwards, there is no device to tell of either.
            metrics.settings(StoredSettings.of(settings, database));
            RunLock.acquire(database, settings.lockWait());
            try {
                return database.transaction(() -> here(database, options));
            } finally {
                RunLock.release(database);
                metrics.look(database);
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(e, Side.LOCAL, settings.local());
        }
    }

    private static DeinitResult here(Database database, DeinitOptions options) throws SQLException {
        if (!new SchemaRemoval(database).isThere()) {
            return new DeinitResult("local", null, 0, List.of(), List.of(), options.dryRun());
        }
        if (!options.tables().isEmpty()) {
            return tables(database, options);
        }
        var removal = new LocalRemoval(database);
        String device = removal.device().orElse(null);
        long unsent = removal.unsent();
        requireSent(unsent, options);
        var result = new DeinitResult("local", device, unsent, List.of(), removal.remove(), options.dryRun());
        rollBack(database, options);
        return result;
    }

    private static void requireSent(long unsent, DeinitOptions options) {
        if (unsent > 0 && !options.discardPending()) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "there is unsent work here: " + unsent + (unsent == 1 ? " operation" : " operations"),
                    "send it with offsync sync, or let go of it with offsync deinit --discard-pending");
        }
    }

    private static DeinitResult tables(Database database, DeinitOptions options) throws SQLException {
        var removal = new TableRemoval(database);
        var changes = new ArrayList<String>();
        long unsent = 0;
        for (String identifier : options.tables()) {
            SyncedTable table = synced(database, identifier);
            unsent += removal.unsent(table);
            requireSent(unsent, options);
            changes.addAll(removal.remove(table));
        }
        rollBack(database, options);
        return new DeinitResult("local", null, unsent, List.of(), changes, options.dryRun());
    }

    /** A table that was dropped meanwhile goes by the name that it is shown with. */
    private static SyncedTable synced(Database database, String identifier) throws SQLException {
        Optional<TableName> name = new Catalog(database).resolve(identifier);
        List<SyncedTable> all = new SyncedTables(database).all();
        return all.stream()
                .filter(table -> name.isPresent()
                        ? table.name().equals(name.get())
                        : table.name().display().equals(identifier))
                .findFirst()
                .orElseThrow(() -> new OffsyncException(
                        Reason.USAGE,
                        "table " + identifier + " is not synced",
                        "synced tables: "
                                + all.stream()
                                        .map(table -> table.name().display())
                                        .collect(Collectors.joining(", "))));
    }

    private DeinitResult onHub(DeinitOptions options, RunMetrics metrics) {
        Settings all = HubAccess.settings(settings, "deinit", metrics);
        return HubAccess.connected(all, "deinit", database -> database.transaction(() -> onHub(database, options)));
    }

    private static DeinitResult onHub(Database database, DeinitOptions options) throws SQLException {
        if (!new SchemaRemoval(database).isThere()) {
            return new DeinitResult("hub", null, 0, List.of(), List.of(), options.dryRun());
        }
        var removal = new HubRemoval(database);
        List<Registered> devices = removal.devices();
        long unsent = devices.stream().mapToLong(Registered::unsent).sum();
        if (unsent > 0 && !options.discardPending()) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "devices had unsent work at their last contact: "
                            + devices.stream()
                                    .filter(device -> device.unsent() > 0)
                                    .map(device -> device.name() + " (" + device.unsent() + ")")
                                    .collect(Collectors.joining(", ")),
                    "let them sync first, or let go of it with offsync deinit --hub --discard-pending");
        }
        List<String> names = devices.stream().map(Registered::name).toList();
        var result = new DeinitResult("hub", null, unsent, names, removal.remove(), options.dryRun());
        rollBack(database, options);
        return result;
    }

    private static void rollBack(Database database, DeinitOptions options) throws SQLException {
        if (options.dryRun()) {
            database.execute("ROLLBACK; BEGIN");
        }
    }
}
