package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.conflict.Decision;
import dev.offsync.conflict.ManualChoice;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.ConflictLog;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictList;
import dev.offsync.model.ConflictType;
import dev.offsync.model.KeyColumn;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.ResolveResult.Resolved;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at conflicts and settles them, on the local database alone. */
public final class Conflicts {
    private final Settings settings;

    public Conflicts(Settings settings) {
        this.settings = settings;
    }

    public ConflictList list(ConflictFilter filter) {
        return LocalSession.read(settings, "conflicts list", session -> new ConflictList(select(session, filter)));
    }

    public ConflictDetail show(long id) {
        return LocalSession.read(settings, "conflicts show", session -> {
            ConflictEntry entry = find(session, id);
            String message = entry.message() == null ? "" : entry.message();
            return new ConflictDetail(
                    entry,
                    entry.resolved()
                            ? "settled by " + entry.resolvedBy() + " with " + entry.resolution() + ": " + message
                            : "open: " + message);
        });
    }

    /** Settles conflicts in one transaction; the decisions reach the hub with the next push. */
    public ResolveResult resolve(ResolveOptions options) {
        var choice = new ManualChoice(options.use(), options.set(), options.data());
        return LocalSession.locked(
                settings, "conflicts resolve", session -> session.database().transaction(() -> {
                    session.database().execute(OutputSettings.forTransaction());
                    LocalTriggers.silence(session.database());
                    var settler = new Settler(session, Instant.now());
                    var resolved = new ArrayList<Resolved>();
                    for (ConflictEntry entry : chosen(session, options)) {
                        // A row that went with the one it references is settled by now.
                        if (!find(session, entry.id()).resolved()) {
                            resolved.add(resolve(session, settler, entry, choice));
                        }
                    }
                    int open = new ConflictLog(session.database()).open().size();
                    if (options.dryRun()) {
                        session.database().execute("ROLLBACK; BEGIN");
                    }
                    return new ResolveResult(resolved, open, options.dryRun());
                }));
    }

    private static Resolved resolve(LocalSession session, Settler settler, ConflictEntry entry, ManualChoice choice)
            throws SQLException {
        SyncedTable table = session.tables().stream()
                .filter(t -> t.name().display().equals(entry.table()))
                .findFirst()
                .orElseThrow(() ->
                        new OffsyncException(Reason.USAGE, "table " + entry.table() + " is not synced any more", null));
        @Nullable Row local = settler.rows().lock(table, entry.recordId()).orElse(null);
        long remoteVersion = entry.remoteVersion() == null ? 0 : entry.remoteVersion();
        var conflict = new Conflict(
                table.name(),
                entry.recordId(),
                ConflictType.of(entry.type()),
                entry.base(),
                local,
                entry.remote(),
                entry.localVersion() == null ? 0 : entry.localVersion(),
                remoteVersion,
                entry.localChangedAt(),
                entry.remoteChangedAt(),
                table.key().stream().map(KeyColumn::name).toList());
        Decision decision = choice.choose(conflict);
        String by = System.getProperty("user.name", "operator");
        if (conflict.type() == ConflictType.UNIQUE_VIOLATION || conflict.type() == ConflictType.FOREIGN_KEY) {
            resolveCollision(settler, table, conflict, entry, decision, by);
        } else {
            settler.carryOut(
                    table,
                    entry.recordId(),
                    new Settler.Remote(remoteVersion, entry.remote(), entry.remoteChangedAt()),
                    local,
                    decision);
        }
        ConflictLog.Ending ending = Settler.ending(decision, conflict, by);
        new ConflictLog(session.database()).close(entry.id(), ending);
        return new Resolved(entry.id(), entry.table(), entry.recordId(), ending.resolution(), ending.data());
    }

    private static void resolveCollision(
            Settler settler, SyncedTable table, Conflict conflict, ConflictEntry entry, Decision decision, String by)
            throws SQLException {
        var collisions = settler.collisions(by);
        Optional<String> objection = decision instanceof Decision.KeepLocal
                ? collisions.objection(conflict, entry.related())
                : Optional.empty();
        if (objection.isPresent()) {
            throw new OffsyncException(
                    Reason.USAGE,
                    entry.table() + " " + entry.recordId() + ": the local change cannot be kept, " + objection.get(),
                    "say --use remote, or mend it on the hub first");
        }
        collisions.carryOut(table, conflict, entry.related(), decision);
    }

    private static List<ConflictEntry> chosen(LocalSession session, ResolveOptions options) throws SQLException {
        if (options.ids().isEmpty()) {
            return select(
                    session,
                    new ConflictFilter(
                            options.filter().table(), options.filter().type(), false));
        }
        var entries = new ArrayList<ConflictEntry>();
        for (long id : options.ids()) {
            ConflictEntry entry = find(session, id);
            if (entry.resolved()) {
                throw new OffsyncException(
                        Reason.USAGE, "conflict " + id + " is settled already", "see offsync conflicts show " + id);
            }
            entries.add(entry);
        }
        return entries;
    }

    private static List<ConflictEntry> select(LocalSession session, ConflictFilter filter) throws SQLException {
        String table = filter.table() == null
                ? null
                : session.tables(List.of(filter.table())).get(0).name().display();
        return new ConflictLog(session.database())
                .list(table, filter.type() == null ? null : filter.type().word(), filter.all());
    }

    private static ConflictEntry find(LocalSession session, long id) throws SQLException {
        return new ConflictLog(session.database())
                .find(id)
                .orElseThrow(() -> new OffsyncException(
                        Reason.USAGE,
                        "there is no conflict " + id,
                        "offsync conflicts list --all shows every conflict"));
    }
}
