package dev.offsync.sync.init;

import dev.offsync.model.Direction;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What init is asked to do. {@code tables} are SQL identifiers as typed; {@code where} and {@code priority} go by such
 * names, too. {@code idRangeSize} is null for the default, 0 for off.
 */
public record InitOptions(
        List<String> tables,
        boolean allTables,
        @Nullable String device,
        Direction direction,
        boolean syncColumns,
        Map<String, String> where,
        Map<String, Integer> priority,
        boolean createTables,
        @Nullable Long idRangeSize,
        Existing existing,
        Scope scope,
        boolean newIdentity,
        boolean rejoin,
        boolean dryRun,
        @Nullable PrintSql printSql) {
    /** What happens to rows that are in a table already. */
    public enum Existing {
        MERGE,
        PUSH,
        IGNORE
    }

    /** Which databases are prepared. */
    public enum Scope {
        BOTH,
        LOCAL_ONLY,
        HUB_ONLY
    }

    /** Whose DDL is printed instead of run. */
    public enum PrintSql {
        LOCAL,
        HUB
    }
}
