package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Fleet;
import dev.offsync.model.DeviceList;
import dev.offsync.model.DeviceList.Device;
import dev.offsync.model.ExitCodes;
import dev.offsync.model.RevokeResult;
import dev.offsync.sync.run.RunMetrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The hub's view of its devices; no local database is needed, one that is named may know the hub's address. */
public final class Devices {
    private final Settings settings;

    public Devices(Settings settings) {
        this.settings = settings;
    }

    public DeviceList list(DevicesOptions options) {
        return RunMetrics.around(settings, "devices list", metrics -> list(options, metrics));
    }

    private DeviceList list(DevicesOptions options, RunMetrics metrics) {
        Settings all = HubAccess.settings(settings, "devices list", metrics);
        Duration maxAge =
                options.maxAge() != null ? options.maxAge() : all.syncInterval().multipliedBy(3);
        List<Device> devices = HubAccess.with(all, "devices list", database -> new Fleet(database).devices(maxAge));
        List<String> late =
                devices.stream().filter(Device::late).map(Device::device).toList();
        return new DeviceList(
                devices, late, options.check() && !late.isEmpty() ? ExitCodes.OPERATIONS_REJECTED : ExitCodes.DONE);
    }

    /** Shuts a device out from its next contact on; one that is out already stays so. */
    public RevokeResult revoke(String name) {
        return RunMetrics.around(settings, "devices revoke", metrics -> revoke(name, metrics));
    }

    private RevokeResult revoke(String name, RunMetrics metrics) {
        Settings all = HubAccess.settings(settings, "devices revoke", metrics);
        return HubAccess.with(all, "devices revoke", database -> {
            var fleet = new Fleet(database);
            Optional<RevokeResult> revoked = fleet.revoke(name);
            List<String> known = revoked.isPresent() ? List.of() : fleet.names();
            return revoked.orElseThrow(() -> new OffsyncException(
                    Reason.USAGE,
                    "the hub knows no device named " + name,
                    known.isEmpty() ? "no device is registered there" : "it knows: " + String.join(", ", known)));
        });
    }
}
