package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.History;
import dev.offsync.model.Progress;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Deletes completed operations and resolved conflicts past their retention. */
public final class Purge {
    private final Settings settings;
    private final Progress progress;

    public Purge(Settings settings, Progress progress) {
        this.settings = settings;
        this.progress = progress;
    }

    public PurgeResult run(PurgeOptions options) {
        if (options.rows() != null && options.olderThan() == null) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "--rows needs --older-than: how long ago a row must have reached the hub",
                    "as in offsync purge --rows " + options.rows() + " --older-than 30d");
        }
        progress.report("purging", 0, -1);
        return LocalSession.locked(
                settings, "purge", session -> session.database().transaction(() -> {
                    PurgeResult result = purge(session, options);
                    if (options.dryRun()) {
                        session.database().execute("ROLLBACK; BEGIN");
                    }
                    return result;
                }));
    }

    private static PurgeResult purge(LocalSession session, PurgeOptions options) throws SQLException {
        var history = new History(session.database());
        if (options.rows() != null && options.olderThan() != null) {
            SyncedTable table = session.tables(List.of(options.rows())).get(0);
            return new PurgeResult(0, 0, history.evict(table, options.olderThan()), options.dryRun());
        }
        Duration age = options.olderThan() != null
                ? options.olderThan()
                : session.settings().retention();
        return new PurgeResult(
                history.purgeOperations(session.tables(), age),
                history.purgeConflicts(session.settings().conflictRetention()),
                0,
                options.dryRun());
    }
}
