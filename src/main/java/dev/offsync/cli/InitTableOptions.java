package dev.offsync.cli;

import dev.offsync.model.Direction;
import dev.offsync.sync.init.InitOptions;
import dev.offsync.sync.init.InitOptions.Existing;
import dev.offsync.sync.init.InitOptions.PrintSql;
import dev.offsync.sync.init.InitOptions.Scope;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of init that say which tables are synced, and how. */
final class InitTableOptions {
    @Option(
            names = "--tables",
            order = 1,
            paramLabel = "a,b,s.c",
            description = "The tables to sync. Unquoted names fold, double quotes keep.")
    private @Nullable List<String> tables;

    @Option(names = "--all-tables", order = 2, description = "Sync every table that can be synced.")
    private boolean allTables;

    @Option(
            names = "--direction",
            order = 3,
            paramLabel = "WAY",
            description = "For the tables named: both (default), push or pull.")
    private Direction direction = Direction.BOTH;

    @Option(
            names = "--sync-columns",
            order = 4,
            description = "Keep version, sync_status and sync_timestamp in the tables themselves.")
    private boolean syncColumns;

    @Option(
            names = "--where",
            order = 5,
            paramLabel = "TABLE=CONDITION",
            description = "Only rows that meet the condition come to this device; may be repeated.")
    private @Nullable List<String> where;

    @Option(
            names = "--priority",
            order = 6,
            paramLabel = "TABLE=N",
            description = "Higher goes first (default: 0); may be repeated.")
    private @Nullable List<String> priority;

    @Option(names = "--create-tables", order = 7, description = "Make missing local tables from the hub's definition.")
    private boolean createTables;

    @Option(
            names = "--id-ranges",
            order = 8,
            paramLabel = "SIZE|off",
            description = "Keys per lease for sequence-fed tables, or off.")
    private @Nullable String idRanges;

    InitOptions options(
            @Nullable String device,
            Existing existing,
            Scope scope,
            boolean newIdentity,
            boolean rejoin,
            boolean dryRun,
            @Nullable PrintSql printSql) {
        InitCommand.exclude("--tables", tables != null, "--all-tables", allTables);
        return new InitOptions(
                Identifiers.split("--tables", tables),
                allTables,
                device,
                direction,
                syncColumns,
                Assignments.byTable("--where", where),
                priorities(),
                createTables,
                idRangeSize(),
                existing,
                scope,
                newIdentity,
                rejoin,
                dryRun,
                printSql);
    }

    private Map<String, Integer> priorities() {
        var priorities = new LinkedHashMap<String, Integer>();
        Assignments.byTable("--priority", priority).forEach((table, number) -> priorities.put(table, whole(number)));
        return priorities;
    }

    private static int whole(String number) {
        try {
            return Integer.parseInt(number);
        } catch (NumberFormatException e) {
            throw Failures.usage("--priority wants TABLE=N with a whole number N, not: " + number, null);
        }
    }

    /** Null is the default, 0 is off. */
    private @Nullable Long idRangeSize() {
        if (idRanges == null) {
            return null;
        }
        if (idRanges.equals("off")) {
            return 0L;
        }
        if (!idRanges.matches("0*[1-9][0-9]{0,17}")) {
            throw Failures.usage("--id-ranges wants a number of keys or off, not: " + idRanges, null);
        }
        return Long.valueOf(idRanges);
    }
}
