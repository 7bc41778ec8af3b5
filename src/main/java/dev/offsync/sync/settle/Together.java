package dev.offsync.sync.settle;

import dev.offsync.conflict.Decision;
import dev.offsync.conflict.Decision.KeepRemote;
import dev.offsync.conflict.Detection;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.FoundConflicts;
import dev.offsync.local.queue.ContestedOperations;
import dev.offsync.local.queue.LargeRows;
import dev.offsync.local.queue.PendingWork;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.local.rows.RowReferences;
import dev.offsync.model.Conflict;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Row;
import dev.offsync.model.RowName;
import dev.offsync.model.Rule;
import dev.offsync.model.Strategy;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.KeySql;
import dev.offsync.pg.SqlErrors;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settles conflicts of many rows by a few statements for all: rows with a conflict about themselves alone, that nobody has
 * left open, and a decision that needs nothing but the row. Where something stands against what was decided for one of
 * them, they are halved until those are found that must go one by one. What comes of a row is what {@link Settler} would
 * make of it alone. Works within the caller's local transaction.
 */
final class Together {
    /** As many as it takes for this to be worth its preparation. */
    static final int FEW = 10;

    private static final int MOST = 200;

    /** Strategies that ask a function of the database, or move the row. */
    private static final Set<Strategy> ONE_BY_ONE = Set.of(Strategy.CUSTOM, Strategy.REKEY);

    /** What was decided about a conflict; {@code rule} is null where there is nothing for the log. */
    private record Verdict(Conflict conflict, @Nullable Rule rule, Decision decision) {}

    private final Database database;
    private final String hubClock;
    private final LocalRows rows;
    private final RowReferences references;
    private final ConflictLog log;
    private final Judge judge;
    private final Arrival arrival;
    private final ContestedOperations operations;
    private final List<RowName> decided = new ArrayList<>();
    private int detected;

    Together(LocalSession session, String hubClock, LocalRows rows, ConflictLog log, Judge judge, Arrival arrival) {
        this.database = session.database();
        this.hubClock = hubClock;
        this.rows = rows;
        this.references = new RowReferences(database);
        this.log = log;
        this.judge = judge;
        this.arrival = arrival;
        this.operations = new ContestedOperations(database, LargeRows.largestInConflict() / MOST);
    }

    int detected() {
        return detected;
    }

    /** The rows that were settled. */
    List<RowName> decided() {
        return decided;
    }

    static Collection<List<Meeting>> byTable(List<Meeting> meetings) {
        return meetings.stream()
                .collect(
                        Collectors.groupingBy(meeting -> meeting.table().id(), LinkedHashMap::new, Collectors.toList()))
                .values();
    }

    /**
     * Returns the rows that have to be met one by one.
     *
     * @param locked the keys of those local rows that are there, and locked, by the number of their table
     */
    List<Meeting> meet(List<Meeting> meetings, Map<Integer, Set<String>> locked) throws SQLException {
        var left = new ArrayList<Meeting>();
        var parts = new ArrayList<List<Meeting>>();
        operations.create();
        for (List<Meeting> ofTable : byTable(meetings)) {
            SyncedTable table = ofTable.get(0).table();
            if (new KeySql(table.key()).hasOneSpelling()) {
                operations.add(table, keys(ofTable));
                for (int from = 0; from < ofTable.size(); from += MOST) {
                    parts.add(ofTable.subList(from, Math.min(from + MOST, ofTable.size())));
                }
            } else {
                left.addAll(ofTable);
            }
        }
        operations.index();
        for (List<Meeting> part : parts) {
            SyncedTable table = part.get(0).table();
            left.addAll(halving(table, part, locked.getOrDefault(table.id(), Set.of())));
        }
        return left;
    }

    private static List<String> keys(List<Meeting> meetings) {
        return meetings.stream().map(Meeting::key).toList();
    }

    private List<Meeting> halving(SyncedTable table, List<Meeting> part, Set<String> locked) throws SQLException {
        if (part.size() <= FEW) {
            return part;
        }
        Savepoint before = database.connection().setSavepoint();
        try {
            List<Meeting> left = settle(table, part, locked);
            database.connection().releaseSavepoint(before);
            return left;
        } catch (SQLException e) {
            if (!SqlErrors.isDataError(e)) {
                throw e;
            }
            database.connection().rollback(before);
        }
        var left = new ArrayList<Meeting>();
        int half = part.size() / 2;
        left.addAll(halving(table, part.subList(0, half), locked));
        left.addAll(halving(table, part.subList(half, part.size()), locked));
        return left;
    }

    /** Settles what can be; raises what stands against one of the decisions. Returns what has to be met one by one. */
    private List<Meeting> settle(SyncedTable table, List<Meeting> part, Set<String> locked) throws SQLException {
        List<String> keys = keys(part);
        Map<String, Row> local = rows.find(table, keys);
        Map<String, PendingWork> pending = operations.of(table, keys, hubClock);
        Set<String> open = log.openOn(table.name(), keys);
        Map<String, Row> kept = log.keptOver(table.name(), bases(pending));
        var left = new ArrayList<Meeting>();
        var verdicts = new ArrayList<Verdict>();
        for (Meeting meeting : part) {
            String key = meeting.key();
            PendingWork work = pending.get(key);
            // A row that nobody could lock may have been made since its operations were read.
            boolean appeared = local.containsKey(key) && !locked.contains(key);
            Optional<Verdict> verdict = work == null || appeared || open.contains(key)
                    ? Optional.empty()
                    : verdict(
                            meeting,
                            work,
                            local.get(key),
                            kept.getOrDefault(key, work.first().oldRow()));
            verdict.ifPresentOrElse(verdicts::add, () -> left.add(meeting));
        }
        carryOut(table, verdicts);
        note(verdicts);
        return left;
    }

    private static Map<String, Long> bases(Map<String, PendingWork> pending) {
        var bases = new HashMap<String, Long>();
        pending.forEach((key, work) -> bases.put(key, work.base()));
        return bases;
    }

    /** Nothing where the row has to be met alone. */
    private Optional<Verdict> verdict(Meeting meeting, PendingWork work, @Nullable Row local, @Nullable Row base)
            throws SQLException {
        SyncedTable table = meeting.table();
        Settler.Remote remote = meeting.remote();
        Optional<ConflictType> type =
                Detection.typeOf(local == null, work.base(), remote.row() != null, remote.version());
        if (type.isEmpty()) {
            return Optional.empty();
        }
        Conflict conflict = meeting.conflict(type.get(), base, local, work);
        Optional<Decision> quiet = judge.quietly(table, conflict, work.first());
        Rule rule = quiet.isPresent() ? null : judge.rule(table, conflict, work.first());
        if (rule != null && (ONE_BY_ONE.contains(rule.strategy()) || ONE_BY_ONE.contains(rule.fallback()))) {
            return Optional.empty();
        }
        Decision decision = rule == null ? quiet.orElseThrow() : judge.decide(conflict, rule);
        boolean alone = decision instanceof KeepRemote && !arrival.takesWithOthers(remote);
        return alone ? Optional.empty() : Optional.of(new Verdict(conflict, rule, decision));
    }

    private void carryOut(SyncedTable table, List<Verdict> verdicts) throws SQLException {
        var taken = new ArrayList<Conflict>();
        var standing = new ArrayList<Verdict>();
        var open = new ArrayList<Conflict>();
        for (Verdict verdict : verdicts) {
            if (verdict.decision() instanceof KeepRemote) {
                taken.add(verdict.conflict());
            } else if (verdict.decision() instanceof Decision.Open) {
                open.add(verdict.conflict());
            } else {
                standing.add(verdict);
            }
        }
        if (!taken.isEmpty()) {
            operations.states().supersede(table, recordIds(taken));
            arrival.takeAll(table, taken);
        }
        if (!standing.isEmpty()) {
            stand(table, standing);
        }
        if (!open.isEmpty()) {
            operations.states().hold(table, recordIds(open));
            rows.markApplying(
                    table,
                    "conflict",
                    open.stream()
                            .filter(conflict -> conflict.local() != null)
                            .collect(Collectors.toMap(Conflict::recordId, Conflict::localVersion)));
        }
    }

    private static List<String> recordIds(List<Conflict> conflicts) {
        return conflicts.stream().map(Conflict::recordId).toList();
    }

    /** Local rows, or written ones, become pending on the hub's versions. */
    private void stand(SyncedTable table, List<Verdict> verdicts) throws SQLException {
        var local = new LinkedHashMap<String, @Nullable Row>();
        var versions = new LinkedHashMap<String, Long>();
        var replaced = new LinkedHashMap<String, Row>();
        var inserted = new LinkedHashMap<String, Row>();
        var pending = new HashMap<String, Long>();
        for (Verdict verdict : verdicts) {
            Conflict conflict = verdict.conflict();
            String recordId = conflict.recordId();
            local.put(recordId, conflict.local());
            versions.put(recordId, conflict.remoteVersion());
            if (verdict.decision() instanceof Decision.Write write) {
                (conflict.local() == null ? inserted : replaced).put(recordId, write.row());
            }
            if (conflict.local() != null || verdict.decision() instanceof Decision.Write) {
                pending.put(recordId, conflict.remoteVersion() + 1);
            }
        }
        operations.stand(table, local);
        write(table, replaced, true);
        write(table, inserted, false);
        rows.rest(table, versions);
        operations.states().release(table, List.copyOf(local.keySet()));
        rows.markApplying(table, "pending", pending);
    }

    private void write(SyncedTable table, Map<String, Row> written, boolean present) throws SQLException {
        if (written.isEmpty()) {
            return;
        }
        rows.put(table, written, present);
        HubRows.checkConstraints(database);
        references.requireParents(table, List.copyOf(written.keySet()));
    }

    private void note(List<Verdict> verdicts) throws SQLException {
        var found = new ArrayList<FoundConflicts.Found>();
        for (Verdict verdict : verdicts) {
            Rule rule = verdict.rule();
            if (rule == null) {
                continue;
            }
            boolean open = verdict.decision() instanceof Decision.Open;
            Decision decision = open ? verdict.decision() : judge.explained(verdict.decision(), rule);
            found.add(new FoundConflicts.Found(
                    verdict.conflict(),
                    rule.strategy().word(),
                    decision.because(),
                    open ? null : Endings.of(decision, verdict.conflict(), "rule")));
            if (!open) {
                decided.add(new RowName(
                        verdict.conflict().table().display(), verdict.conflict().recordId()));
            }
        }
        new FoundConflicts(database).note(found);
        detected += found.size();
    }
}
