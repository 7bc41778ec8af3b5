package dev.offsync.sync;

import dev.offsync.conflict.RuleBook;
import dev.offsync.hub.Outcome;
import dev.offsync.local.Completion;
import dev.offsync.local.DeviceStore;
import dev.offsync.local.LocalRows;
import dev.offsync.local.OperationStates;
import dev.offsync.local.Queue;
import dev.offsync.local.RuleStore;
import dev.offsync.model.ConflictType;
import dev.offsync.model.Layout;
import dev.offsync.model.RecordText;
import dev.offsync.model.Row;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.pg.OutputSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Notes in one local transaction what the hub made of a batch, and settles the conflicts that it found. */
final class BatchCompletion {
    private final LocalSession session;
    private final HubLink link;
    private long operations;
    private long rows;
    private int detected;
    private int resolved;
    private boolean released;

    BatchCompletion(LocalSession session, HubLink link) {
        this.session = session;
        this.link = link;
    }

    /** Operations that the hub took in this run, coalesced ones included. */
    long operations() {
        return operations;
    }

    /** Rows that they came to. */
    long rows() {
        return rows;
    }

    int detected() {
        return detected;
    }

    int resolved() {
        return resolved;
    }

    /** Whether a conflict was settled since the last call, so that there may be something more to send. */
    boolean released() {
        boolean was = released;
        released = false;
        return was;
    }

    /** @param contacted whether this very run made the contact, as opposed to an earlier one whose reply was lost */
    void complete(long batch, List<Outcome> reported, boolean contacted) throws SQLException {
        Database database = session.database();
        List<Outcome> outcomes = withCounters(reported);
        database.transaction(() -> {
            database.execute(OutputSettings.forTransaction());
            LocalTriggers.silence(database);
            var completion = new Completion(database);
            completion.begin();
            for (Outcome outcome : outcomes) {
                completion.outcome(outcome.operation(), outcome.kind(), outcome.version());
            }
            completion.rest(session.tables());
            settle(batch, outcomes, completion);
            Completion.Taken taken = completion.taken();
            new Queue(database).complete(batch);
            new LocalRows(database).beginApplying();
            completion.mark(session.tables());
            new LocalRows(database).endApplying();
            var device = new DeviceStore(database);
            if (contacted) {
                device.contacted(link.hello().clock(), device.lastOperation(), link.skewMs());
            }
            database.update("UPDATE offsync.device SET last_push_at = now()");
            database.update(
                    "UPDATE offsync.synced_table SET last_push_at = now() WHERE id IN (SELECT table_id FROM outbox)");
            rows += taken.rows();
            operations += taken.operations();
            return batch;
        });
    }

    /** Counters that both sides moved to the same value have still moved twice: the hub's "equal" is a conflict there. */
    private List<Outcome> withCounters(List<Outcome> outcomes) throws SQLException {
        if (outcomes.stream().noneMatch(outcome -> outcome.kind().equals("equal"))) {
            return outcomes;
        }
        var rules = new RuleBook(
                new RuleStore(session.database()).all(), session.settings().conflictResolution());
        var seen = new ArrayList<Outcome>();
        for (Outcome outcome : outcomes) {
            boolean counted = outcome.kind().equals("equal")
                    && !rules.ruleFor(table(outcome.table()).name(), ConflictType.UPDATE_UPDATE)
                            .deltaColumns()
                            .isEmpty();
            seen.add(counted ? outcome.asConflict() : outcome);
        }
        return seen;
    }

    private void settle(long batch, List<Outcome> outcomes, Completion completion) throws SQLException {
        var settler = new Settler(session, link.hello().clock());
        for (Outcome outcome : outcomes) {
            if (outcome.kind().equals("waits")) {
                new OperationStates(session.database())
                        .park(batch, outcome.operation(), Objects.requireNonNull(outcome.blockedBy()));
            }
        }
        for (Outcome outcome : outcomes) {
            if (outcome.kind().equals("conflict")) {
                SyncedTable table = table(outcome.table());
                long version = outcome.version() == null ? 0 : outcome.version();
                settler.meet(
                        table,
                        completion.recordId(outcome.operation()),
                        new Settler.Remote(version, row(table, outcome.row()), outcome.changedAt()));
            }
        }
        detected += settler.detected();
        resolved += settler.resolved();
        released |= settler.resolved() > 0;
    }

    private SyncedTable table(int hubTable) {
        return session.tables().stream()
                .filter(table -> Objects.equals(table.hubTable(), hubTable))
                .findFirst()
                .orElseThrow();
    }

    private @Nullable Row row(SyncedTable table, @Nullable String text) {
        if (text == null) {
            return null;
        }
        List<String> hubColumns =
                Objects.requireNonNull(link.hello().columns().get(Objects.requireNonNull(table.hubTable())));
        Layout layout = Layout.of(hubColumns, table.columns(), table.sentColumns());
        return Row.of(table.columns(), RecordText.parse(layout.apply(text))).only(layout.sent());
    }
}
