package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.UndoResult;
import dev.offsync.pg.OutputSettings;
import dev.offsync.sync.conflicts.LoggedConflicts;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Brings the losing row of a settled conflict back. It is written as an application would write it: captured, and sent
 * with the next push on top of whatever the hub has by then.
 */
public final class Undo {
    /** The row that lost, null where a deletion did, and whose it was. */
    private record Loser(@Nullable Row row, String side) {}

    private final Settings settings;

    public Undo(Settings settings) {
        this.settings = settings;
    }

    public UndoResult run(long id, boolean dryRun) {
        return LocalSession.locked(
                settings, "conflicts undo", session -> session.database().transaction(() -> {
                    session.database().execute(OutputSettings.forTransaction());
                    UndoResult result = undo(session, id, dryRun);
                    if (dryRun) {
                        session.database().execute("ROLLBACK; BEGIN");
                    }
                    return result;
                }));
    }

    private static UndoResult undo(LocalSession session, long id, boolean dryRun) throws SQLException {
        var conflicts = new LoggedConflicts(session);
        var log = new ConflictLog(session.database());
        ConflictEntry entry = conflicts.find(id);
        Loser loser = loser(entry);
        log.undone(id).ifPresent(when -> {
            throw refused(id, "it was undone already, " + when, "offsync conflicts list --all shows what came of it");
        });
        SyncedTable table = conflicts.table(entry);
        log.openOn(table.name(), entry.recordId()).ifPresent(open -> {
            throw refused(
                    id, "the row is in conflict again", "settle that first: offsync conflicts resolve " + open.id());
        });
        write(session, table, entry, loser);
        log.undo(id, Conflicts.operator());
        return new UndoResult(id, entry.table(), entry.recordId(), loser.side(), loser.row(), dryRun);
    }

    private static Loser loser(ConflictEntry entry) {
        if (!entry.resolved()) {
            throw refused(entry.id(), "it is not settled yet", "decide it: offsync conflicts resolve " + entry.id());
        }
        return switch (Objects.requireNonNullElse(entry.resolution(), "")) {
            case "local" -> {
                if (ConflictType.of(entry.type()) == ConflictType.UNIQUE_VIOLATION) {
                    throw refused(entry.id(), "the hub's row is another one and was kept", null);
                }
                yield new Loser(entry.remote(), "remote");
            }
            // Both lost something to a merge; the hub's row is the one that other devices had, this one's is what is
            // gone.
            case "remote", "merged" -> new Loser(entry.local(), "local");
            default -> throw refused(entry.id(), "no row lost: it ended as " + entry.resolution(), null);
        };
    }

    private static void write(LocalSession session, SyncedTable table, ConflictEntry entry, Loser loser)
            throws SQLException {
        var rows = new LocalRows(session.database());
        @Nullable Row now = rows.lock(table, entry.recordId()).orElse(null);
        @Nullable Row row = loser.row();
        if (row == null
                ? now == null
                : now != null
                        && now.values().entrySet().containsAll(row.values().entrySet())) {
            throw refused(entry.id(), "the row is as it would be again", null);
        }
        try {
            if (row == null) {
                rows.delete(table, entry.recordId());
            } else {
                rows.put(table, entry.recordId(), row, now != null);
            }
            session.database().execute("SET CONSTRAINTS ALL IMMEDIATE");
        } catch (SQLException e) {
            throw Conflicts.unwritable(e, "conflict " + entry.id() + " cannot be undone");
        }
    }

    private static OffsyncException refused(long id, String why, @Nullable String hint) {
        return new OffsyncException(Reason.USAGE, "conflict " + id + " cannot be undone: " + why, hint);
    }
}
