package dev.offsync.sync.init;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.TableDefinition;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubErrors;
import java.sql.SQLException;
import java.sql.Savepoint;

/**
 * Holds {@code --where} to the table's own columns and immutable functions. PostgreSQL demands just that of an index on an
 * expression, so it is asked to make one, on an empty copy of the table.
 */
final class FilterCheck {
    private final Database database;

    FilterCheck(Database database) {
        this.database = database;
    }

    /** The condition, if it is one; must run within a transaction. */
    String accepted(TableDefinition table, String condition) throws SQLException {
        Savepoint before = database.connection().setSavepoint();
        try {
            database.execute(
                    "CREATE TEMP TABLE offsync_filter (LIKE " + table.name().sql() + ")");
            database.execute("CREATE INDEX ON offsync_filter (((" + condition + ")::boolean))");
            database.execute("DROP TABLE offsync_filter");
            return condition;
        } catch (SQLException e) {
            database.connection().rollback(before);
            throw new OffsyncException(
                    Reason.USAGE,
                    "--where " + table.name().display() + "=" + condition + ": " + HubErrors.text(e),
                    "a condition may use the table's own columns and immutable functions, as in region = 'north'",
                    e);
        }
    }
}
