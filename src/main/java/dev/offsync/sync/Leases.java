package dev.offsync.sync;

import dev.offsync.local.IdRanges;
import dev.offsync.local.IdRanges.Sizing;
import dev.offsync.local.SyncedTables;
import dev.offsync.model.IdRange;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Sequence;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leases key ranges from the hub and points local sequences at them. */
final class Leases {
    private final Database local;
    private final int device;
    private final boolean afresh;

    /** @param afresh whether ranges held so far belong to another device and are given up */
    Leases(Database local, int device, boolean afresh) {
        this.local = local;
        this.device = device;
        this.afresh = afresh;
    }

    /** Leases for each sequence of the table that has no range yet, and says which. */
    List<String> lease(HubPart hub, SyncedTable table, TableDefinition definition, @Nullable Long size)
            throws SQLException {
        var changes = new ArrayList<String>();
        var ranges = new IdRanges(local);
        for (Sequence sequence : definition.sequences()) {
            if (!afresh && ranges.size(sequence.name()).isPresent()) {
                continue;
            }
            Sizing sizing = Sizing.of(sequence.columnType());
            long keys = size != null ? size : sizing.size();
            long low = hub.call(h -> h.leaseIdRange(
                    device,
                    Objects.requireNonNull(table.hubTable()),
                    sequence.column(),
                    sizing.base(),
                    keys,
                    sizing.ceiling()));
            adopt(ranges, table, sequence, low, keys);
            changes.add(table.name().display() + "." + sequence.column() + " draws keys from " + low + " to "
                    + (low + keys - 1));
        }
        return changes;
    }

    /** Gives up ranges that a restored hub has leased to others meanwhile; the others go back into its books. */
    void giveUpLost(HubPart hub) throws SQLException {
        var ranges = new IdRanges(local);
        for (IdRange range : ranges.all()) {
            for (SyncedTable table : new SyncedTables(local).all()) {
                Integer number = table.hubTable();
                if (number != null
                        && table.name().display().equals(range.table())
                        && !hub.call(h -> h.adoptIdRange(device, number, range.column(), range.low(), range.high()))) {
                    ranges.forget(range.sequence());
                }
            }
        }
    }

    /** Renews every range of which more than half is used; a sequence that is in use now is left to the next run. */
    static void renew(LocalSession session, HubLink link) throws SQLException {
        for (IdRange range : new IdRanges(session.database()).all()) {
            long size = range.high() - range.low() + 1;
            if (range.remaining() > size / 2) {
                continue;
            }
            for (SyncedTable table : session.tables()) {
                if (table.hubTable() != null && table.name().display().equals(range.table())) {
                    renew(session, link, table, range.sequence(), size);
                }
            }
        }
    }

    private static void renew(LocalSession session, HubLink link, SyncedTable table, String name, long size)
            throws SQLException {
        Database local = session.database();
        Optional<TableDefinition> definition = new Catalog(local).table(table.name());
        for (Sequence sequence : definition.map(TableDefinition::sequences).orElse(List.of())) {
            if (sequence.name().sql().equals(name) && isFree(local, sequence)) {
                Sizing sizing = Sizing.of(sequence.columnType());
                int hubTable = Objects.requireNonNull(table.hubTable());
                long low = link.call(hub -> hub.leaseIdRange(
                        link.device(), hubTable, sequence.column(), sizing.base(), size, sizing.ceiling()));
                new Leases(local, link.device(), false).adopt(new IdRanges(local), table, sequence, low, size);
            }
        }
    }

    /** Whether the sequence can be altered just now. Asked before a range is leased, which would else be lost. */
    private static boolean isFree(Database local, Sequence sequence) throws SQLException {
        try {
            return local.transaction(() -> {
                local.execute("SET LOCAL lock_timeout = '2s'; ALTER SEQUENCE "
                        + sequence.name().sql() + " NO CYCLE");
                return true;
            });
        } catch (SQLException e) {
            if (SqlErrors.isLockTimeout(e)) {
                return false;
            }
            throw e;
        }
    }

    /** ALTER SEQUENCE waits for transactions that drew from it, and others queue up behind: so it waits only briefly. */
    private void adopt(IdRanges ranges, SyncedTable table, Sequence sequence, long low, long size) throws SQLException {
        local.transaction(() -> {
            local.execute("SET LOCAL lock_timeout = '2s'");
            ranges.adopt(table, sequence, low, size);
            return low;
        });
    }
}
