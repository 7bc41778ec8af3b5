package dev.offsync.sync.verify;

import dev.offsync.local.compare.Differences;
import dev.offsync.local.compare.Differences.Entry;
import dev.offsync.local.compare.Repair;
import dev.offsync.local.rows.LocalRows;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.OutputSettings;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.LocalTriggers;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/** Prepares a pull and a push that bring the differing rows in line. */
final class RepairPlan {
    private static final int ROWS_AT_ONCE = 1_000;

    private final LocalSession session;
    private final HubLink link;
    private final Differences differences;

    RepairPlan(LocalSession session, HubLink link, Differences differences) {
        this.session = session;
        this.link = link;
        this.differences = differences;
    }

    void carryOut(List<SyncedTable> tables) throws SQLException {
        for (SyncedTable table : tables) {
            if (table.pulls()) {
                recount(table);
            }
        }
        session.database().transaction(() -> {
            session.database().execute(OutputSettings.forTransaction());
            LocalTriggers.silence(session.database());
            var rows = new LocalRows(session.database());
            rows.beginApplying();
            for (SyncedTable table : tables) {
                new Repair(session.database(), table).queue();
            }
            rows.endApplying();
            return tables;
        });
    }

    /**
     * The hub's feed has to know of rows that were written there past its triggers. A device that only pulls cannot bring
     * back what was deleted so, and leaves that to one that can: to call the row deleted would stand in its way.
     */
    private void recount(SyncedTable table) throws SQLException {
        List<Entry> page = page(table, 0);
        while (!page.isEmpty()) {
            List<List<String>> keys = page.stream().map(Entry::key).toList();
            List<Integer> deleted =
                    link.call(hub -> hub.recount(link.device(), Objects.requireNonNull(table.hubTable()), keys));
            for (int position : deleted) {
                differences.deleted(page.get(position));
            }
            page = page(table, page.get(page.size() - 1).ordinal());
        }
    }

    private List<Entry> page(SyncedTable table, long after) throws SQLException {
        return table.pushes()
                ? differences.after(table, after, ROWS_AT_ONCE)
                : differences.onHub(table, after, ROWS_AT_ONCE);
    }
}
