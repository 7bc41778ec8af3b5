package dev.offsync.sync.init;

import dev.offsync.config.Settings;
import dev.offsync.config.StoredHub;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Hub;
import dev.offsync.hub.HubSchema;
import dev.offsync.local.device.Configuration;
import dev.offsync.local.device.DeviceState;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.IdRanges;
import dev.offsync.local.device.LocalSchema;
import dev.offsync.local.device.RunLock;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.local.queue.Queue;
import dev.offsync.model.Direction;
import dev.offsync.model.Endpoint;
import dev.offsync.model.IdRange;
import dev.offsync.model.InitResult;
import dev.offsync.model.Problem;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.pg.Database;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.Encodings;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import dev.offsync.sync.run.RunMetrics;
import dev.offsync.sync.run.StoredSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One init. The hub first, then the device, then its registration: each step is one transaction that can be repeated, so
 * an init that was cut short is mended by running it again.
 */
public final class InitRun {
    private final Settings given;
    private final InitOptions options;
    private final List<String> changes = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private String tableScript = "";

    public InitRun(Settings given, InitOptions options) {
        this.given = given;
        this.options = options;
    }

    public InitResult run() {
        return RunMetrics.around(given, "init", this::run);
    }

    private InitResult run(RunMetrics metrics) {
        InitPlan.requireSense(options);
        if (options.scope() == InitOptions.Scope.HUB_ONLY) {
            return hubOnly();
        }
        try (Database local = LocalSession.connect(given, "init")) {
            Settings settings = StoredSettings.of(given, local);
            metrics.settings(settings);
            try (HubPart hub = hub(settings)) {
                RunLock.acquire(local, settings.lockWait());
                try {
                    return options.dryRun() || options.printSql() != null
                            ? HubPart.rehearse(hub, () -> local.rehearse(() -> run(local, hub, settings)))
                            : run(local, hub, settings);
                } finally {
                    RunLock.release(local);
                    metrics.look(local);
                }
            }
        } catch (SQLException e) {
            throw SqlErrors.translate(e, Side.LOCAL, given.local());
        }
    }

    private InitResult hubOnly() {
        try (HubPart hub = hub(given, given.hub())) {
            List<TableDefinition> tables = InitPlan.onHub(hub, options);
            if (options.printSql() != null) {
                return printed(HubSchema.script(tables, hasFeed()));
            }
            changes.addAll(
                    options.dryRun()
                            ? hub.call(h -> HubPart.rehearse(hub, () -> hub.prepare(tables, hasFeed())))
                            : hub.prepare(tables, hasFeed()));
            return result(null, List.of(), List.of(), List.of());
        }
    }

    /** As it is now: the hub may have given it another one, in a rehearsal, too. */
    private static String name(Database local) throws SQLException {
        return new DeviceStore(local).load().orElseThrow().name();
    }

    /** Whether anybody is to learn of changes to the tables named. */
    private boolean hasFeed() {
        return options.direction() != Direction.PUSH;
    }

    private static List<TableDefinition> onHub(List<InitPlan.Table> tables) {
        return tables.stream().map(table -> Objects.requireNonNull(table.hub())).toList();
    }

    private static InitResult printed(String sql) {
        return new InitResult(null, List.of(), List.of(), List.of(), false, sql, List.of());
    }

    private @Nullable HubPart hub(Settings settings) {
        if (options.scope() == InitOptions.Scope.LOCAL_ONLY) {
            return null;
        }
        return hub(settings, settings.hub());
    }

    private static HubPart hub(Settings settings, Endpoint endpoint) {
        return new HubPart(HubLink.connect(settings, endpoint, "init"), endpoint, settings.networkTimeout());
    }

    private InitResult run(Database local, @Nullable HubPart hub, Settings settings) throws SQLException {
        // Tables that were made are there once they are prepared, or not at all.
        List<InitPlan.Table> tables = options.createTables()
                ? local.transaction(() -> prepare(local, hub, settings))
                : prepare(local, hub, settings);
        if (options.printSql() != null) {
            return printed(local, tables);
        }
        if (hub != null && options.rejoin()) {
            changes.addAll(new Rejoin(local, hub).run());
        }
        if (hub != null) {
            register(local, hub, new DeviceStore(local).load().orElseThrow());
            match(local, hub, tables);
        }
        LocalTriggers.missingGrant(local).ifPresent(problems::add);
        if (hub != null) {
            String there = hub.call(h -> Encodings.of(h.database()));
            Encodings.difference(Encodings.of(local), there).ifPresent(problems::add);
        }
        return result(name(local), tables, new IdRanges(local).all(), new SyncedTables(local).all());
    }

    /** Plans, and prepares both sides unless only the DDL is asked for. */
    private List<InitPlan.Table> prepare(Database local, @Nullable HubPart hub, Settings settings) throws SQLException {
        if (options.createTables()) {
            var creation = new TableCreation(local, Objects.requireNonNull(hub), options);
            changes.addAll(creation.run());
            tableScript = creation.script();
        }
        if (options.rejoin()) {
            changes.addAll(new Rejoin(local, Objects.requireNonNull(hub)).tables());
        }
        List<InitPlan.Table> tables = new InitPlan(local, hub, options).tables();
        if (options.printSql() == null) {
            prepare(local, hub, tables, settings);
        }
        return tables;
    }

    /**
     * The hub first, so that a device never waits for what is not there. In a rehearsal, whose locks on the hub last until
     * its end, the device's part comes first, since it may take long; it is told in the same order.
     */
    private void prepare(Database local, @Nullable HubPart hub, List<InitPlan.Table> tables, Settings settings)
            throws SQLException {
        int soFar = changes.size();
        if (hub != null && !options.dryRun()) {
            changes.addAll(hub.prepare(onHub(tables), hasFeed()));
        }
        local.transaction(() -> prepareLocal(local, tables, settings));
        if (hub != null && options.dryRun()) {
            changes.addAll(soFar, hub.prepare(onHub(tables), hasFeed()));
        }
    }

    private DeviceState prepareLocal(Database local, List<InitPlan.Table> tables, Settings settings)
            throws SQLException {
        if (LocalSchema.MIGRATIONS.apply(local)) {
            changes.add("makes the schema offsync in the local database");
        }
        var store = new DeviceStore(local);
        store.create(InitPlan.deviceName(options));
        if (options.newIdentity()) {
            new Queue(local).releaseInFlight();
            store.becomeAnother(InitPlan.deviceName(options));
        }
        DeviceState device = store.load().orElseThrow();
        if (options.device() != null && device.id() == null) {
            store.rename(options.device());
        }
        if (options.device() != null && device.id() != null && !options.device().equals(device.name())) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "this device is registered as " + device.name(),
                    "leave --device out, or run offsync init --new-identity");
        }
        for (InitPlan.Table table : tables) {
            changes.addAll(new LocalPart(local).prepare(table, options));
        }
        if (options.scope() == InitOptions.Scope.BOTH) {
            var configuration = new Configuration(local);
            for (Map.Entry<String, String> entry :
                    StoredHub.entries(settings.hub()).entrySet()) {
                configuration.set(entry.getKey(), entry.getValue());
            }
        }
        return store.load().orElseThrow();
    }

    /** Makes the device known to the hub. A registration whose reply was lost is recognised by its nonce. */
    private void register(Database local, HubPart part, DeviceState device) throws SQLException {
        if (device.id() != null) {
            return;
        }
        var store = new DeviceStore(local);
        UUID nonce = device.nextNonce() != null ? device.nextNonce() : store.prepareContact();
        Optional<Integer> lost = part.call(h -> h.registered(nonce));
        int id = lost.isPresent() ? lost.get() : part.call(h -> register(h, device.name(), nonce));
        if (options.rejoin()) {
            part.call(h -> h.renewIncarnation(id));
        }
        String name = part.call(h -> h.name(id));
        UUID identity = part.call(Hub::identity);
        store.register(id, identity, nonce);
        store.rename(name);
        changes.add("registers device " + name + " at the hub");
    }

    /** A copy of a device often has its host's name, too: where nobody chose another, it gets a number. */
    private int register(Hub hub, String name, UUID nonce) throws SQLException {
        for (int number = 2; ; number++) {
            String candidate = number == 2 ? name : name + "-" + (number - 1);
            try {
                return hub.database().transaction(() -> hub.register(candidate, nonce));
            } catch (SQLException e) {
                boolean taken = SqlErrors.state(e).equals("OS409");
                if (!taken || !options.newIdentity() || options.device() != null || number > 1000) {
                    throw e;
                }
            }
        }
    }

    private void match(Database local, HubPart hub, List<InitPlan.Table> tables) throws SQLException {
        var registry = new SyncedTables(local);
        int device = Objects.requireNonNull(
                new DeviceStore(local).load().orElseThrow().id());
        for (InitPlan.Table table : tables) {
            SyncedTable synced = registry.find(table.local().name()).orElseThrow();
            int number = hub.number(table);
            registry.matched(synced, number, hub.columnShapes(number));
        }
        if (options.idRangeSize() == null || options.idRangeSize() > 0) {
            var leases = new Leases(local, device, options.newIdentity());
            if (options.rejoin()) {
                leases.giveUpLost(hub);
            }
            for (InitPlan.Table table : tables) {
                SyncedTable synced = registry.find(table.local().name()).orElseThrow();
                changes.addAll(leases.lease(hub, synced, table.local(), options.idRangeSize()));
            }
        }
    }

    private InitResult printed(Database local, List<InitPlan.Table> tables) throws SQLException {
        return printed(
                options.printSql() == InitOptions.PrintSql.HUB
                        ? HubSchema.script(onHub(tables), hasFeed())
                        : tableScript + new LocalPart(local).script(tables, options));
    }

    private InitResult result(
            @Nullable String device, List<InitPlan.Table> planned, List<IdRange> ranges, List<SyncedTable> synced) {
        List<InitResult.Table> tables = new ArrayList<>();
        for (SyncedTable table : synced) {
            tables.add(new InitResult.Table(
                    table.name().display(),
                    table.direction().word(),
                    table.priority(),
                    table.syncColumns(),
                    planned.stream().anyMatch(p -> p.added() && p.local().name().equals(table.name()))));
        }
        return new InitResult(device, tables, ranges, changes, options.dryRun(), null, problems);
    }
}
