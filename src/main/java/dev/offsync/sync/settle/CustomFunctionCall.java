package dev.offsync.sync.settle;

import dev.offsync.conflict.CustomFunction;
import dev.offsync.model.Conflict;
import dev.offsync.model.Row;
import dev.offsync.pg.Database;
import dev.offsync.pg.JsonText;
import dev.offsync.sync.run.HubErrors;
import java.sql.SQLException;
import java.sql.Savepoint;
import org.jspecify.annotations.Nullable;

/** Calls a rule's function in the local database, within a savepoint: what it raises must not end the run. */
final class CustomFunctionCall implements CustomFunction {
    private final Database database;

    CustomFunctionCall(Database database) {
        this.database = database;
    }

    @Override
    public @Nullable Row rowToKeep(String function, Conflict conflict) throws Raised {
        try {
            Savepoint before = database.connection().setSavepoint();
            try {
                return JsonText.parseRow(database.first(
                                "SELECT " + function + "(?::jsonb, ?::jsonb, ?::jsonb)::text",
                                row -> row.getString(1),
                                JsonText.object(conflict.local()),
                                JsonText.object(conflict.remote()),
                                JsonText.object(conflict.base()))
                        .orElse(null));
            } catch (SQLException e) {
                database.connection().rollback(before);
                throw new Raised(HubErrors.text(e));
            }
        } catch (SQLException e) {
            throw new Raised(HubErrors.text(e));
        }
    }
}
