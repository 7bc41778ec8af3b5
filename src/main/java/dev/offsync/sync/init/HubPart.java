package dev.offsync.sync.init;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Hub;
import dev.offsync.hub.HubSchema;
import dev.offsync.model.Endpoint;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.Migrations;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.run.HubLink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The hub's side of an init. */
final class HubPart implements AutoCloseable {
    private final Database database;
    private final Endpoint endpoint;
    private final Duration silence;

    /** @param silence how long the link may be silent before the hub frees what it holds */
    HubPart(Database database, Endpoint endpoint, Duration silence) {
        this.database = database;
        this.endpoint = endpoint;
        this.silence = silence;
    }

    <T> T call(HubLink.Call<T> call) {
        try {
            return call.run(new Hub(database));
        } catch (SQLException e) {
            throw HubErrors.translate(e, endpoint);
        }
    }

    /** Names and types come as they are written with the usual settings. */
    private <T> T read(Database.Work<T> work) {
        return call(hub -> database.transaction(() -> {
            database.execute(OutputSettings.forStatements());
            return work.run();
        }));
    }

    /** Runs {@code work} and undoes what it did on the hub, where there is one. */
    static <T> T rehearse(@Nullable HubPart hub, Database.Work<T> work) throws SQLException {
        return hub == null
                ? work.run()
                : hub.database.rehearse(() -> {
                    hub.beginDdl();
                    return work.run();
                });
    }

    /**
     * What a transaction with DDL begins with. It takes several turns, and its locks are not to stand in the way of a whole
     * hub until a dead peer is noticed.
     */
    private void beginDdl() throws SQLException {
        database.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED;\n" + OutputSettings.forStatements()
                + Hub.NOTICE_A_DEAD_PEER + "SET LOCAL idle_in_transaction_session_timeout = " + silence.toMillis());
    }

    Optional<TableDefinition> table(TableName name) {
        return read(() -> new Catalog(database).table(name));
    }

    List<TableName> allTables() {
        return read(() -> new Catalog(database).allTables());
    }

    /** The tables that identifiers mean on the hub. */
    List<TableName> resolve(List<String> identifiers) {
        return read(() -> {
            var names = new ArrayList<TableName>();
            for (String identifier : identifiers) {
                names.add(new Catalog(database)
                        .resolve(identifier)
                        .orElseThrow(() -> new OffsyncException(
                                Reason.USAGE,
                                "the hub has no table " + identifier,
                                "create it there first, with a primary key")));
            }
            return names;
        });
    }

    /** Reads DDL under an empty search_path, so that every name in it has its schema. */
    List<String> scripts(Script script) {
        return call(hub -> database.transaction(() -> {
            database.execute("SET LOCAL search_path = pg_catalog");
            List<String> statements = script.read(database);
            database.execute("RESET search_path");
            return statements;
        }));
    }

    /** Runs DDL in one transaction. */
    void execute(List<String> statements) {
        call(hub -> database.transaction(() -> {
            beginDdl();
            for (String statement : statements) {
                database.execute(statement);
            }
            return hub;
        }));
    }

    /** Reads the statements that make something. */
    @FunctionalInterface
    interface Script {
        List<String> read(Database database) throws SQLException;
    }

    /** The hub's number for a table that is tracked. */
    int number(InitPlan.Table table) {
        return call(hub -> new HubSchema(database)
                .find(Objects.requireNonNull(table.hub()))
                .orElseThrow());
    }

    /** What the hub's function column_shapes says of a tracked table. */
    List<String> columnShapes(int number) {
        return call(hub -> database.list(
                "SELECT unnest(offsync.column_shapes(t.relation)) FROM offsync.tracked_table AS t WHERE t.id = ?",
                row -> row.getString(1),
                number));
    }

    /**
     * Makes what is missing on the hub, and says what that was. A device whose role may do nothing there but sync finds
     * everything prepared.
     *
     * @param feed whether anybody is to learn of changes to these tables
     */
    List<String> prepare(List<TableDefinition> tables, boolean feed) {
        return call(hub -> database.transaction(() -> prepared(tables, feed)));
    }

    private List<String> prepared(List<TableDefinition> tables, boolean feed) throws SQLException {
        beginDdl();
        var changes = new ArrayList<String>();
        var schema = new HubSchema(database);
        OptionalInt version = Migrations.versionOf(database);
        HubSchema.MIGRATIONS.refuseNewer(version);
        if (version.orElse(0) < HubSchema.MIGRATIONS.current()) {
            requireCreate();
            haveRoles(schema);
            schema.migrate();
            changes.add(
                    version.isEmpty() ? "makes the schema offsync on the hub" : "brings the hub's schema up to date");
        }
        database.list("SELECT offsync.find_tables_again()", row -> row.getString(1));
        for (TableDefinition definition : tables) {
            Optional<Integer> known = schema.find(definition);
            if (known.isEmpty() || (feed && !schema.hasFeed(known.get()))) {
                schema.track(definition, feed);
                changes.add("tracks " + definition.name().display() + " on the hub");
            } else if (schema.keyChanged(definition)) {
                schema.track(definition, feed);
                changes.add("tracks " + definition.name().display() + " by its new key on the hub");
            } else if (schema.canMend(definition)) {
                schema.track(definition, feed);
                changes.add("renews the triggers of " + definition.name().display() + " on the hub");
            }
        }
        return changes;
    }

    /** They are the whole server's: where they are another owner's already, this one is let in by an administrator. */
    private void haveRoles(HubSchema schema) throws SQLException {
        try {
            schema.createRoles();
            schema.joinDevices();
        } catch (SQLException e) {
            if (!SqlErrors.state(e).equals("42501")) {
                throw e;
            }
            throw new OffsyncException(
                    Reason.PERMISSION,
                    "user \"" + endpoint.user()
                            + "\" may not make the roles offsync_device and offsync_admin on the hub,"
                            + " or is no member of offsync_device",
                    "an administrator there runs, once: CREATE ROLE offsync_device NOLOGIN; CREATE ROLE offsync_admin"
                            + " NOLOGIN; (those that are missing) and GRANT offsync_device TO \"" + endpoint.user()
                            + "\"",
                    e);
        }
    }

    private void requireCreate() throws SQLException {
        boolean may = database.first(
                        "SELECT has_database_privilege(current_database(), 'CREATE')", row -> row.getBoolean(1))
                .orElse(false);
        if (!may) {
            throw new OffsyncException(
                    Reason.NOT_INITIALISED,
                    "the hub is not prepared, and user \"" + endpoint.user() + "\" may not create a schema there",
                    "run offsync init --hub-only once with the owner of the hub's tables");
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
