package dev.offsync.sync.init;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.device.RunLock;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.Migrations;
import dev.offsync.sync.run.HubErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an init is about: the tables as both sides have them, checked before anything is changed. */
final class InitPlan {
    /** A table to prepare; {@code hub} is null for --local-only, {@code added} where it was not synced before. */
    record Table(TableDefinition local, @Nullable TableDefinition hub, boolean added) {}

    private final Database local;
    private final @Nullable HubPart hub;
    private final InitOptions options;

    InitPlan(Database local, @Nullable HubPart hub, InitOptions options) {
        this.local = local;
        this.hub = hub;
        this.options = options;
    }

    /** Refuses what cannot be meant. */
    static void requireSense(InitOptions options) {
        if (options.allTables() && !options.tables().isEmpty()) {
            throw usage("--tables and --all-tables exclude each other", "give one of them");
        }
        if (options.createTables() && options.scope() != InitOptions.Scope.BOTH) {
            throw usage("--create-tables needs both databases", "leave out --local-only and --hub-only");
        }
        if (options.rejoin() && options.newIdentity()) {
            throw usage(
                    "--rejoin and --new-identity exclude each other",
                    "a device that knew the hub before it was restored rejoins; a copy of a device becomes another");
        }
        if (options.rejoin() && options.scope() != InitOptions.Scope.BOTH) {
            throw usage("--rejoin needs both databases", "leave out --local-only and --hub-only");
        }
    }

    static String deviceName(InitOptions options) {
        return options.device() != null ? options.device() : RunLock.host();
    }

    List<Table> tables() throws SQLException {
        List<SyncedTable> known = Migrations.versionOf(local).isPresent() ? new SyncedTables(local).all() : List.of();
        List<TableName> names = names(known);
        var tables = new ArrayList<Table>();
        for (TableName name : names) {
            boolean added = known.stream().noneMatch(table -> table.name().equals(name));
            tables.add(table(name, added));
        }
        return tables;
    }

    /** The hub's tables for --hub-only, which asks for no local database. */
    static List<TableDefinition> onHub(HubPart hub, InitOptions options) {
        if (!options.allTables() && options.tables().isEmpty()) {
            throw usage("no table was named", "add --tables TABLE,… or --all-tables");
        }
        List<TableName> names = options.allTables() ? hub.allTables() : hub.resolve(options.tables());
        List<TableDefinition> tables = names.stream()
                .distinct()
                .map(name -> hub.table(name).orElseThrow())
                .toList();
        tables.forEach(table -> requireSyncable(table, "hub"));
        return tables;
    }

    private List<TableName> names(List<SyncedTable> known) throws SQLException {
        if (options.allTables()) {
            return new Catalog(local).allTables();
        }
        if (options.tables().isEmpty()) {
            if (known.isEmpty() && !options.newIdentity()) {
                throw usage("no table was named", "add --tables TABLE,… or --all-tables");
            }
            return known.stream().map(SyncedTable::name).toList();
        }
        var names = new ArrayList<TableName>();
        for (String identifier : options.tables()) {
            TableName name = resolve(identifier);
            if (!names.contains(name)) {
                names.add(name);
            }
        }
        return names;
    }

    private TableName resolve(String identifier) throws SQLException {
        Optional<TableName> name;
        try {
            name = new Catalog(local).resolve(identifier);
        } catch (SQLException e) {
            throw new OffsyncException(
                    Reason.USAGE,
                    identifier + " is not an SQL identifier: " + HubErrors.text(e),
                    "write it as in SQL: products, shop.orders, \"Order Lines\"",
                    e);
        }
        return name.orElseThrow(() -> usage(
                "the local database has no table " + identifier,
                "add --create-tables to make it from the hub's definition, or create it first"));
    }

    private Table table(TableName name, boolean added) throws SQLException {
        TableDefinition here = new Catalog(local).table(name).orElseThrow();
        requireSyncable(here, "local database");
        if (hub == null) {
            return new Table(here, null, added);
        }
        TableDefinition there = hub.table(name)
                .orElseThrow(() -> usage(
                        "the hub has no table " + name.display(), "create it there first, with the same primary key"));
        requireSyncable(there, "hub");
        requireSameKey(here, there);
        return new Table(here, there, added);
    }

    private static void requireSyncable(TableDefinition table, String where) {
        String name = table.name().display();
        if (table.partition()) {
            throw usage(name + " is a partition", "name the partitioned table it belongs to");
        }
        if (table.inherits()) {
            throw usage(
                    name + " has inheritance parents or children, whose triggers do not fire for each other's rows",
                    "use declarative partitioning, or sync a table without inheritance");
        }
        if (table.key().isEmpty()) {
            throw usage(
                    "table " + name + " has no primary key in the " + where,
                    "add one: without a key a row cannot be told from another");
        }
    }

    private static void requireSameKey(TableDefinition here, TableDefinition there) {
        if (!here.key().equals(there.key())) {
            throw usage(
                    "the primary key of " + here.name().display() + " is " + text(here.key())
                            + " in the local database, but " + text(there.key()) + " on the hub",
                    "make both the same");
        }
    }

    private static String text(List<KeyColumn> key) {
        return "("
                + String.join(
                        ", ", key.stream().map(c -> c.name() + " " + c.type()).toList()) + ")";
    }

    private static OffsyncException usage(String message, String hint) {
        return new OffsyncException(Reason.USAGE, message, hint);
    }
}
