package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.conflict.Decision;
import dev.offsync.conflict.ManualChoice;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.rows.RowReferences;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictList;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.OpenQuestion;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.ResolveResult.Resolved;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.OutputSettings;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.conflicts.ConflictFilter;
import dev.offsync.sync.conflicts.Explanation;
import dev.offsync.sync.conflicts.LoggedConflicts;
import dev.offsync.sync.run.HubErrors;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import dev.offsync.sync.settle.Endings;
import dev.offsync.sync.settle.Obstacles;
import dev.offsync.sync.settle.Settler;
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
        return read("conflicts list", session -> new ConflictList(new LoggedConflicts(session).select(filter)));
    }

    public ConflictDetail show(long id) {
        return read("conflicts show", session -> new Explanation(session).of(new LoggedConflicts(session).find(id)));
    }

    /** The open conflicts with these numbers, or all that match where there are none, oldest first. */
    public List<OpenConflict> open(List<Long> ids, ConflictFilter filter) {
        return read("conflicts resolve", session -> new LoggedConflicts(session)
                .open(ids, filter).stream()
                        .map(entry -> new OpenConflict(entry.id(), entry.table(), entry.recordId(), entry.type()))
                        .toList());
    }

    /** What a person has to know to decide; nothing where the conflict is settled, or gone. */
    public Optional<OpenQuestion> question(long id) {
        return read("conflicts resolve", session -> {
            var conflicts = new LoggedConflicts(session);
            boolean open = new ConflictLog(session.database())
                    .find(id)
                    .filter(entry -> !entry.resolved())
                    .isPresent();
            if (!open) {
                return Optional.empty();
            }
            ConflictEntry entry = conflicts.find(id);
            Conflict conflict = conflicts.conflict(entry, conflicts.table(entry), entry.local());
            return Optional.of(
                    new OpenQuestion(entry, ManualChoice.contested(conflict), ManualChoice.settable(conflict)));
        });
    }

    private <T> T read(String command, LocalSession.Work<T> work) {
        return LocalSession.read(
                settings, command, session -> session.database().transaction(() -> {
                    session.database().execute(OutputSettings.forTransaction());
                    return work.run(session);
                }));
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
                    var conflicts = new LoggedConflicts(session);
                    for (ConflictEntry entry : conflicts.open(options.ids(), options.filter())) {
                        // A row that went with the one it references is settled by now.
                        if (!conflicts.find(entry.id()).resolved()) {
                            resolved.add(resolve(session, settler, entry, choice));
                        }
                    }
                    new Obstacles(session, settler, Instant.now()).decided();
                    int open = new ConflictLog(session.database()).open().size();
                    if (options.dryRun()) {
                        session.database().execute("ROLLBACK; BEGIN");
                    }
                    return new ResolveResult(resolved, open, options.dryRun());
                }));
    }

    private static Resolved resolve(LocalSession session, Settler settler, ConflictEntry entry, ManualChoice choice)
            throws SQLException {
        var conflicts = new LoggedConflicts(session);
        SyncedTable table = conflicts.table(entry);
        @Nullable Row local = settler.rows().lock(table, entry.recordId()).orElse(null);
        Conflict conflict = conflicts.conflict(entry, table, local);
        Decision decision = choice.choose(conflict);
        try {
            if (conflict.type().isAboutOneRow()) {
                settler.carryOut(table, conflict, decision);
            } else {
                resolveCollision(settler, table, conflict, entry, decision, operator());
            }
            if (decision instanceof Decision.Write) {
                requireParents(session, table, entry);
            }
        } catch (SQLException e) {
            throw unwritable(e, "conflict " + entry.id() + ": the row cannot be written here");
        }
        ConflictLog.Ending ending = Endings.of(decision, conflict, operator());
        new ConflictLog(session.database()).close(entry.id(), ending);
        settler.dealt().decided(table, entry.recordId());
        return new Resolved(entry.id(), entry.table(), entry.recordId(), ending.resolution(), ending.data());
    }

    /** A value that a person gave has to be a row's key where a foreign key says so; nobody else looks at that now. */
    private static void requireParents(LocalSession session, SyncedTable table, ConflictEntry entry)
            throws SQLException {
        Optional<String> missing = new RowReferences(session.database()).missingParent(table, entry.recordId());
        if (missing.isPresent()) {
            throw new OffsyncException(
                    Reason.USAGE,
                    "conflict " + entry.id() + ": the row cannot be written here: " + missing.get(),
                    "nothing was changed");
        }
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

    /** Who decides, as the log has it. */
    static String operator() {
        return System.getProperty("user.name", "operator");
    }

    /** What the database says of a value that a person gave is a usage error; anything else stays what it is. */
    static OffsyncException unwritable(SQLException e, String what) throws SQLException {
        if (!SqlErrors.isDataError(e)) {
            throw e;
        }
        return new OffsyncException(Reason.USAGE, what + ": " + HubErrors.text(e), "nothing was changed", e);
    }
}
