package dev.offsync.local;

import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import dev.offsync.pg.Database;
import java.sql.SQLException;
import java.util.List;

/** The rules in conflict_resolution_rules. */
public final class RuleStore {
    private final Database database;

    public RuleStore(Database database) {
        this.database = database;
    }

    public List<Rule> all() throws SQLException {
        return database.list(
                """
                SELECT table_name, conflict_type, resolution_strategy, custom_function, delta_columns, fallback, priority
                FROM offsync.conflict_resolution_rules
                """,
                row -> new Rule(
                        row.getString(1),
                        row.getString(2),
                        Strategy.of(row.getString(3)),
                        row.getString(4),
                        SyncedTables.texts(row.getArray(5)),
                        Strategy.of(row.getString(6)),
                        row.getInt(7)));
    }
}
