package dev.offsync.testing;

import dev.offsync.config.Settings;
import dev.offsync.model.Direction;
import dev.offsync.model.InitResult;
import dev.offsync.model.Progress;
import dev.offsync.sync.Init;
import dev.offsync.sync.init.InitOptions;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a test asks of init: the defaults of the command line, and what it wants otherwise. */
public final class InitRequest {
    private final List<String> tables;
    private @Nullable String device;
    private Direction direction = Direction.BOTH;
    private boolean syncColumns;
    private Map<String, String> where = Map.of();
    private boolean createTables;
    private @Nullable Long rangeSize;
    private InitOptions.Existing existing = InitOptions.Existing.MERGE;
    private InitOptions.Scope scope = InitOptions.Scope.BOTH;
    private boolean newIdentity;
    private boolean rejoin;
    private boolean dryRun;

    private InitRequest(List<String> tables) {
        this.tables = tables;
    }

    /** For {@code tables}, as typed behind {@code --tables}; none for those that are synced already. */
    public static InitRequest of(String... tables) {
        return new InitRequest(List.of(tables));
    }

    public InitRequest device(@Nullable String name) {
        device = name;
        return this;
    }

    public InitRequest direction(Direction wanted) {
        direction = wanted;
        return this;
    }

    public InitRequest syncColumns() {
        syncColumns = true;
        return this;
    }

    /** Conditions by table. */
    public InitRequest where(Map<String, String> conditions) {
        where = conditions;
        return this;
    }

    public InitRequest createTables() {
        createTables = true;
        return this;
    }

    public InitRequest rangeSize(long size) {
        rangeSize = size;
        return this;
    }

    public InitRequest existing(InitOptions.Existing rows) {
        existing = rows;
        return this;
    }

    public InitRequest localOnly() {
        scope = InitOptions.Scope.LOCAL_ONLY;
        return this;
    }

    public InitRequest newIdentity() {
        newIdentity = true;
        return this;
    }

    public InitRequest rejoin() {
        rejoin = true;
        return this;
    }

    public InitRequest dryRun(boolean only) {
        dryRun = only;
        return this;
    }

    public InitResult run(Settings settings) {
        var options = new InitOptions(
                tables,
                false,
                device,
                direction,
                syncColumns,
                where,
                Map.of(),
                createTables,
                rangeSize,
                existing,
                scope,
                newIdentity,
                rejoin,
                dryRun,
                null);
        return new Init(settings, Progress.NONE).run(options);
    }
}
