package dev.offsync.sync.conflicts;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictType;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Entries of the conflict log as commands want them. An open one shows the local row as it is now. */
public final class LoggedConflicts {
    private final LocalSession session;
    private final ConflictLog log;
    private final LocalRows rows;

    public LoggedConflicts(LocalSession session) {
        this.session = session;
        this.log = new ConflictLog(session.database());
        this.rows = new LocalRows(session.database());
    }

    public List<ConflictEntry> select(ConflictFilter filter) throws SQLException {
        String table = filter.table() == null
                ? null
                : session.tables(List.of(filter.table())).get(0).name().display();
        var entries = new ArrayList<ConflictEntry>();
        for (ConflictEntry entry :
                log.list(table, filter.type() == null ? null : filter.type().word(), filter.all())) {
            entries.add(asOfNow(entry));
        }
        return entries;
    }

    /** The open conflicts with these numbers, or all that match where there are none. */
    public List<ConflictEntry> open(List<Long> ids, ConflictFilter filter) throws SQLException {
        if (ids.isEmpty()) {
            return select(new ConflictFilter(filter.table(), filter.type(), false));
        }
        var entries = new ArrayList<ConflictEntry>();
        for (long id : ids) {
            ConflictEntry entry = find(id);
            if (entry.resolved()) {
                throw new OffsyncException(
                        Reason.USAGE, "conflict " + id + " is settled already", "see offsync conflicts show " + id);
            }
            entries.add(entry);
        }
        return entries;
    }

    public ConflictEntry find(long id) throws SQLException {
        Optional<ConflictEntry> entry = log.find(id);
        if (entry.isEmpty()) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "there is no conflict " + id,
                    "offsync conflicts list --all shows every conflict; settled ones are purged after"
                            + " conflict_retention");
        }
        return asOfNow(entry.get());
    }

    /** The table that the conflict is about; a usage error if it is not synced any more. */
    public SyncedTable table(ConflictEntry entry) {
        return synced(entry)
                .orElseThrow(() ->
                        new OffsyncException(Reason.USAGE, "table " + entry.table() + " is not synced any more", null));
    }

    public Conflict conflict(ConflictEntry entry, SyncedTable table, @Nullable Row local) {
        return new Conflict(
                table.name(),
                entry.recordId(),
                ConflictType.of(entry.type()),
                entry.base(),
                local,
                entry.remote(),
                entry.localVersion() == null ? 0 : entry.localVersion(),
                entry.remoteVersion() == null ? 0 : entry.remoteVersion(),
                entry.localChangedAt(),
                entry.remoteChangedAt(),
                table.key().stream().map(KeyColumn::name).toList());
    }

    private Optional<SyncedTable> synced(ConflictEntry entry) {
        return session.tables().stream()
                .filter(t -> t.name().display().equals(entry.table()))
                .findFirst();
    }

    /** The log has the local row of the last contact; the person who decides has it as it is. */
    private ConflictEntry asOfNow(ConflictEntry entry) throws SQLException {
        Optional<SyncedTable> table = synced(entry);
        return entry.resolved() || table.isEmpty()
                ? entry
                : entry.withLocal(rows.find(table.get(), entry.recordId()).orElse(null));
    }
}
