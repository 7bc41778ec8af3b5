package dev.offsync.cli;

import dev.offsync.model.ConflictType;
import dev.offsync.sync.conflicts.ConflictFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that select conflicts by table and type. */
final class ConflictSelection {
    @Option(names = "--table", order = 1, paramLabel = "TABLE", description = "Only conflicts of this table.")
    @Nullable
    String table;

    @Option(
            names = "--type",
            order = 2,
            paramLabel = "TYPE",
            description = "Only conflicts of this type: update_update, update_delete, insert_insert,"
                    + " unique_violation or foreign_key.")
    @Nullable
    ConflictType type;

    /** The conflict that an argument names. */
    static long id(String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw Failures.usage("'" + text + "' is not a conflict's ID", "see offsync conflicts list");
        }
        return Long.parseLong(text);
    }

    boolean isGiven() {
        return table != null || type != null;
    }

    ConflictFilter filter(boolean all) {
        if (table != null && Identifiers.split("--table", List.of(table)).size() != 1) {
            throw Failures.usage("--table takes one table", null);
        }
        return new ConflictFilter(table, type, all);
    }
}
