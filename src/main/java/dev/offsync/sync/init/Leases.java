package dev.offsync.sync.init;

import dev.offsync.hub.Hub.Lease;
import dev.offsync.local.device.IdRanges;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.model.IdRange;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Sequence;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.LeaseRenewal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Leases the first key ranges from the hub, and points local sequences at them. */
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
            if (!afresh && ranges.size(sequence.name().sql()).isPresent()) {
                continue;
            }
            Lease lease = hub.call(
                    h -> h.leaseIdRange(device, Objects.requireNonNull(table.hubTable()), sequence.column(), size));
            LeaseRenewal.adopt(local, table, sequence, lease);
            changes.add(table.name().display() + "." + sequence.column() + " draws keys from " + lease.low() + " to "
                    + lease.high());
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
}
