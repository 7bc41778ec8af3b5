package dev.offsync.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What init prepared. {@code sql} is the DDL where it was asked to be printed instead of run, else null; {@code changes}
 * says in short sentences what was (or in a dry run would be) done.
 */
public record InitResult(
        @Nullable String device,
        List<Table> tables,
        List<IdRange> idRanges,
        List<String> changes,
        boolean dryRun,
        @Nullable String sql,
        List<Problem> problems)
        implements Result {
    public record Table(String table, String direction, int priority, boolean syncColumns, boolean added) {}

    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
