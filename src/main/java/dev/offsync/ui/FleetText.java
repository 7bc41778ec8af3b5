package dev.offsync.ui;

import dev.offsync.model.DeinitResult;
import dev.offsync.model.DeviceList;
import dev.offsync.model.ExitCodes;
import dev.offsync.model.RevokeResult;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The hub's devices, and the end of one, as text. */
final class FleetText {
    private FleetText() {}

    static void list(Page page, DeviceList list, Instant now) {
        if (list.devices().isEmpty()) {
            page.line("No devices.");
            return;
        }
        if (list.exitCode() != ExitCodes.DONE) {
            page.paragraph(page.style().bad("Late: ") + String.join(", ", list.late()), 2);
            page.gap();
        }
        var table = new Table("DEVICE", ">CONTACT", ">PULLED", ">PENDING", ">FAILED", ">CONFLICT", ">SKEW", "VERSION");
        for (DeviceList.Device device : list.devices()) {
            table.row(
                    device.device(),
                    device.revokedAt() != null ? "revoked" : Words.age(device.lastContactAt(), now),
                    Words.age(device.lastPullAt(), now),
                    shown(device.pending()),
                    shown(device.failed()),
                    shown(device.conflictsOpen()),
                    device.clockSkewMs() == null ? "-" : device.clockSkewMs() + " ms",
                    device.offsyncVersion() == null ? "-" : device.offsyncVersion());
        }
        page.table(table);
        ranges(page, list);
    }

    private static void ranges(Page page, DeviceList list) {
        var table = new Table("DEVICE", "KEYS OF", ">FROM", ">TO");
        boolean any = false;
        for (DeviceList.Device device : list.devices()) {
            for (DeviceList.Range range : device.idRanges()) {
                table.row(device.device(), range.table() + "." + range.column(), range.low(), range.high());
                any = true;
            }
        }
        if (any) {
            page.gap().table(table);
        }
    }

    private static String shown(@Nullable Long number) {
        return number == null ? "-" : number.toString();
    }

    static void revoked(Page page, RevokeResult result) {
        String device = Printable.of(result.device());
        page.line(
                result.already()
                        ? device + " was shut out already, at " + Words.time(result.revokedAt())
                        : page.style().good(device + " is shut out from its next contact on"));
        page.paragraph(
                "Its login " + result.role() + " keeps its rights on the tables; revoke these where it is in strange"
                        + " hands.",
                0);
    }

    static void deinit(Page page, DeinitResult result) {
        String from = result.side().equals("hub") ? "the hub" : "the local database";
        if (result.changes().isEmpty()) {
            page.line(page.style().good("Nothing to do: there is no offsync in " + from));
            return;
        }
        boolean tablesAlone = result.side().equals("local") && result.device() == null;
        page.line(
                result.dryRun()
                        ? "Dry run, nothing was changed. This would be done:"
                        : page.style().good(tablesAlone ? "Done" : "Removed offsync from " + from));
        if (result.discarded() > 0) {
            page.line("- " + Words.count(result.discarded(), "operation") + " will never be sent");
        }
        if (!result.devices().isEmpty()) {
            page.paragraph("- no more sync for " + String.join(", ", result.devices()), 2);
        }
        result.changes().forEach(change -> page.paragraph("- " + change, 2));
        if (!result.dryRun() && result.device() != null) {
            page.gap()
                    .line("The hub still lists the device: offsync devices revoke '" + Printable.of(result.device())
                            + "'");
        }
    }
}
