package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.model.Candidates;
import dev.offsync.model.TableName;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.Side;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.List;

/** What shells ask for while a command is typed: one question to the local database, and no trace of it. */
public final class Complete {
    /** What there is to ask for. */
    public enum Kind {
        /** Tables that are synced. */
        TABLES,
        /** Tables that could be. */
        ALL_TABLES,
        /** Conflicts that wait for a decision. */
        CONFLICTS,
        /** Operations that failed. */
        OPERATIONS
    }

    private final Settings settings;

    public Complete(Settings settings) {
        this.settings = settings;
    }

    public Candidates run(Kind kind) {
        try (Database database = LocalSession.connect(settings, "complete")) {
            return new Candidates(words(database, kind));
        } catch (SQLException e) {
            throw SqlErrors.translate(e, Side.LOCAL, settings.local());
        }
    }

    private static List<String> words(Database database, Kind kind) throws SQLException {
        return switch (kind) {
            case TABLES -> texts(database, "SELECT table_name FROM offsync.synced_table ORDER BY 1");
            case ALL_TABLES ->
                new Catalog(database)
                        .allTables().stream().map(TableName::display).toList();
            case CONFLICTS ->
                texts(database, "SELECT id::text FROM offsync.conflict_log WHERE NOT resolved ORDER BY id");
            case OPERATIONS ->
                texts(
                        database,
                        "SELECT operation_id::text FROM offsync.operation_state WHERE state = 'failed'"
                                + " ORDER BY operation_id");
        };
    }

    private static List<String> texts(Database database, String sql) throws SQLException {
        return database.list(sql, row -> row.getString(1));
    }
}
