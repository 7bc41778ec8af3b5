package dev.offsync.sync.run;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Hub.Lease;
import dev.offsync.local.device.IdRanges;
import dev.offsync.model.IdRange;
import dev.offsync.model.SyncedTable;
import dev.offsync.model.TableDefinition;
import dev.offsync.model.TableDefinition.Sequence;
import dev.offsync.pg.Catalog;
import dev.offsync.pg.Database;
import dev.offsync.pg.SqlErrors;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Leases the next key range long before one runs out, and points the local sequence at it. */
public final class LeaseRenewal {
    private LeaseRenewal() {}

    /** Renews every range of which less than half is left; a sequence that is in use now is left to the next run. */
    public static void renew(LocalSession session, HubLink link) throws SQLException {
        var ranges = new IdRanges(session.database());
        for (IdRange range : ranges.all()) {
            if (range.remaining() > ranges.lot(range.sequence()).orElse(0L) / 2) {
                continue;
            }
            Long size = ranges.size(range.sequence()).orElse(null);
            for (SyncedTable table : session.tables()) {
                if (table.hubTable() != null && table.name().display().equals(range.table())) {
                    renew(session, link, table, range.sequence(), size);
                }
            }
        }
    }

    private static void renew(LocalSession session, HubLink link, SyncedTable table, String name, @Nullable Long size)
            throws SQLException {
        Database local = session.database();
        Optional<TableDefinition> definition = new Catalog(local).table(table.name());
        for (Sequence sequence : definition.map(TableDefinition::sequences).orElse(List.of())) {
            if (sequence.name().sql().equals(name) && isFree(local, sequence)) {
                int hubTable = Objects.requireNonNull(table.hubTable());
                try {
                    Lease lease = link.call(hub -> hub.leaseIdRange(link.device(), hubTable, sequence.column(), size));
                    adopt(local, table, sequence, lease);
                } catch (OffsyncException refused) {
                    if (refused.reason() != Reason.CONFIG) {
                        throw refused;
                    }
                    // The run did its work, and the range lasts for a while; check and status say how long.
                    Notices.warn(String.valueOf(refused.getMessage()));
                }
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
    public static void adopt(Database local, SyncedTable table, Sequence sequence, Lease lease) throws SQLException {
        local.transaction(() -> {
            local.execute("SET LOCAL lock_timeout = '2s'");
            new IdRanges(local).adopt(table, sequence, lease.low(), lease.high());
            return lease;
        });
    }
}
