package dev.offsync.sync.init;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.TableScript;
import dev.offsync.sync.run.HubErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Makes tables from their definition on the other side: {@code init --create-tables} here, a rejoin on the hub. */
final class TableCreation {
    private final Database local;
    private final HubPart hub;
    private final InitOptions options;
    private final List<String> script = new ArrayList<>();

    TableCreation(Database local, HubPart hub, InitOptions options) {
        this.local = local;
        this.hub = hub;
        this.options = options;
    }

    /** Makes what a new hub lacks from the definitions here, and says what that was. */
    static List<String> onHub(Database local, HubPart hub, List<TableName> tables) throws SQLException {
        List<TableName> missing =
                tables.stream().filter(table -> hub.table(table).isEmpty()).toList();
        if (missing.isEmpty()) {
            return List.of();
        }
        List<String> statements = local.transaction(() -> {
            local.execute("SET LOCAL search_path = pg_catalog");
            List<String> read = statements(local, missing, tables);
            local.execute("RESET search_path");
            return read;
        });
        hub.execute(statements);
        return missing.stream()
                .map(table -> "makes table " + table.display() + " on the hub")
                .toList();
    }

    /** Makes what is missing, within the caller's transaction, and says what that was. */
    List<String> run() throws SQLException {
        List<TableName> wanted = options.allTables() ? hub.allTables() : hub.resolve(options.tables());
        var missing = new ArrayList<TableName>();
        for (TableName table : wanted) {
            if (new Catalog(local).table(table).isEmpty()) {
                missing.add(table);
            }
        }
        if (!missing.isEmpty()) {
            create(missing, wanted);
        }
        return missing.stream()
                .map(table -> "makes table " + table.display() + " in the local database")
                .toList();
    }

    /** The statements that {@link #run} ran. */
    String script() {
        return script.stream().map(statement -> statement + ";\n").collect(Collectors.joining());
    }

    private void create(List<TableName> missing, List<TableName> wanted) throws SQLException {
        List<String> statements = hub.scripts(database -> statements(database, missing, wanted));
        script.addAll(statements);
        for (String statement : statements) {
            execute(statement);
        }
    }

    private static List<String> statements(Database from, List<TableName> missing, List<TableName> wanted)
            throws SQLException {
        var script = new TableScript(from);
        var all = new ArrayList<String>();
        for (TableName table : missing) {
            all.addAll(script.create(table));
        }
        for (TableName table : missing) {
            all.addAll(script.foreignKeys(table, wanted));
        }
        return all;
    }

    private void execute(String statement) throws SQLException {
        try {
            local.execute(statement);
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("42")) {
                throw new OffsyncException(
                        Reason.USAGE,
                        "the hub's definition cannot be made here: " + HubErrors.text(e) + ", in: "
                                + statement.replaceAll("\\s+", " "),
                        "create what is missing (an extension, a function, a type) in the local database first",
                        e);
            }
            throw e;
        }
    }
}
