package dev.offsync.sync.init;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Hub;
import dev.offsync.local.device.Cursors;
import dev.offsync.local.device.DeviceState;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.ExistingRows;
import dev.offsync.local.device.SyncedTables;
import dev.offsync.local.queue.Queue;
import dev.offsync.model.Direction;
import dev.offsync.model.Reconcile;
import dev.offsync.model.SyncedTable;
import dev.offsync.pg.Database;
import dev.offsync.sync.run.HubErrors;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * {@code init --rejoin}: a hub was restored from a backup, lost its last commits in a failover, or was replaced. The device
 * and the hub agree anew on the last contact, what the hub lost becomes pending again as far as the journal has it, and the
 * next pull compares every row by content.
 */
final class Rejoin {
    private final Database local;
    private final HubPart hub;

    Rejoin(Database local, HubPart hub) {
        this.local = local;
        this.hub = hub;
    }

    /** Makes the tables that a replaced hub lacks. */
    List<String> tables() throws SQLException {
        return TableCreation.onHub(
                local,
                hub,
                new SyncedTables(local).all().stream().map(SyncedTable::name).toList());
    }

    /** Does it, and says what was done. */
    List<String> run() throws SQLException {
        DeviceState device = new DeviceStore(local).load().orElseThrow();
        Integer id = device.id();
        if (id == null) {
            return List.of();
        }
        UUID identity = hub.call(Hub::identity);
        Optional<Hub.Remembered> remembered = identity.equals(device.hubIdentity())
                ? hub.call(h -> h.remembered(id, device.name()))
                : Optional.empty();
        remembered.ifPresent(last -> refuseCopy(device, last));
        if (remembered.isPresent()) {
            hub.call(h -> h.renewIncarnation(id));
        }
        return local.transaction(() -> {
            boolean beyondLog = new DeviceStore(local)
                    .purgedAfter(remembered.map(Hub.Remembered::lastBatch).orElse(0L));
            long reopened = remembered.isPresent() ? rollBack(remembered.get()) : startOver();
            new Cursors(local).reconcileAll(Reconcile.REJOIN);
            var changes = new ArrayList<String>();
            changes.add(
                    remembered.isPresent()
                            ? "takes up contact where the restored hub remembers it"
                            : "registers anew: the hub does not know this device");
            if (reopened > 0) {
                changes.add("queues " + reopened + " operations again that the hub lost");
            }
            if (beyondLog) {
                changes.add(HubErrors.BEYOND_LOG);
            }
            return changes;
        });
    }

    /** A hub that remembers more than this device knows was not rolled back: this is a copy of the device, or a backup. */
    private static void refuseCopy(DeviceState device, Hub.Remembered last) {
        boolean replyLost = last.contactSeq() == device.contactSeq() + 1
                && last.contactNonce().equals(device.nextNonce());
        boolean inStep =
                last.contactSeq() == device.contactSeq() && last.contactNonce().equals(device.contactNonce());
        if (last.contactSeq() >= device.contactSeq() && !replyLost && !inStep) {
            throw new OffsyncException(
                    Reason.CLONED_DEVICE,
                    "the hub has seen more of device " + device.name()
                            + " than this database: this is a copy of it, or was restored from a backup",
                    "run offsync init --new-identity to make it a device of its own; its pending work is kept");
        }
    }

    private long rollBack(Hub.Remembered last) throws SQLException {
        new DeviceStore(local).rejoin(last.contactSeq(), last.contactNonce());
        return new Queue(local).reopen(last.lastBatch());
    }

    private long startOver() throws SQLException {
        new DeviceStore(local).leave();
        long reopened = new Queue(local).reopen(0);
        for (SyncedTable table : new SyncedTables(local).all()) {
            if (table.direction() == Direction.PUSH) {
                reopened += new ExistingRows(local).queueAnew(table);
            }
        }
        return reopened;
    }
}
