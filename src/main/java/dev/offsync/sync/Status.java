package dev.offsync.sync;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.hub.Hub;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.StatusReader;
import dev.offsync.local.device.DeviceState;
import dev.offsync.local.device.DeviceStore;
import dev.offsync.local.device.IdRanges;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.ExitCodes;
import dev.offsync.model.Problem;
import dev.offsync.model.Progress;
import dev.offsync.model.StatusReport;
import dev.offsync.model.StatusReport.HubBlocker;
import dev.offsync.sync.run.HubLink;
import dev.offsync.sync.run.LocalSession;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says where this device stands. */
public final class Status {
    /** What could be learned from the hub; {@code failure} is null where it answered. */
    private record HubView(
            @Nullable OffsyncException failure,
            @Nullable Long skewMs,
            @Nullable HubBlocker blocker,
            Optional<Problem> clocks) {}

    private final Settings settings;

    public Status(Settings settings, Progress progress) {
        this.settings = settings;
        progress.report("asking", 0, -1);
    }

    public StatusReport run(StatusOptions options) {
        return LocalSession.read(settings, "status", session -> report(session, options));
    }

    private StatusReport report(LocalSession session, StatusOptions options) throws SQLException {
        HubView hub = look(session);
        var reader = new StatusReader(session.database());
        var counts = new QueueCounts(session.database());
        DeviceState device = new DeviceStore(session.database()).load().orElseThrow();
        int conflicts = new ConflictLog(session.database()).open().size();
        var problems = new ArrayList<Problem>(counts.problems());
        if (hub.failure() != null && hub.failure().reason() != Reason.OFFLINE) {
            problems.add(new Problem(
                    hub.failure().reason().word(),
                    "",
                    null,
                    null,
                    Objects.requireNonNull(hub.failure().getMessage()),
                    hub.failure().hint()));
        }
        hub.clocks().ifPresent(problems::add);
        boolean online = hub.failure() == null || hub.failure().reason() != Reason.OFFLINE;
        StatusReport.Queue queue = reader.queue();
        Instant oldest = counts.oldestPending();
        int exitCode =
                options.check() ? health(session, options, hub, queue, conflicts, oldest, device) : ExitCodes.DONE;
        return new StatusReport(
                device.name(),
                online,
                reader.runUnderWay() ? "syncing" : online ? "online" : "offline",
                queue,
                oldest,
                conflicts,
                device.lastPushAt(),
                device.lastPullAt(),
                reader.lastError(),
                hub.skewMs() != null ? hub.skewMs() : device.clockSkewMs(),
                hub.blocker(),
                reader.tables(session.tables()),
                new IdRanges(session.database()).all(),
                problems,
                exitCode);
    }

    private static HubView look(LocalSession session) throws SQLException {
        try (HubLink link = HubLink.look(session, "status")) {
            return new HubView(null, link.skewMs(), link.call(Hub::blocker).orElse(null), link.skewProblem());
        } catch (OffsyncException failure) {
            return new HubView(failure, null, null, Optional.empty());
        }
    }

    private static int health(
            LocalSession session,
            StatusOptions options,
            HubView hub,
            StatusReport.Queue queue,
            int conflicts,
            @Nullable Instant oldest,
            DeviceState device)
            throws SQLException {
        if (hub.failure() != null && hub.failure().reason() != Reason.OFFLINE) {
            return hub.failure().reason().exitCode();
        }
        Duration maxAge = options.maxAge() != null
                ? options.maxAge()
                : session.settings().syncInterval().multipliedBy(3);
        Instant limit = StatusReader.clock(session.database()).minus(maxAge);
        boolean late = (oldest != null && oldest.isBefore(limit)) || isLate(device, limit);
        if (queue.failed() + queue.parked() > 0 || late) {
            return ExitCodes.OPERATIONS_REJECTED;
        }
        if (hub.failure() != null) {
            return hub.failure().reason().exitCode();
        }
        return conflicts > 0 ? ExitCodes.CONFLICTS_OPEN : ExitCodes.DONE;
    }

    /** Whether neither push nor pull has come through since {@code limit}. */
    private static boolean isLate(DeviceState device, Instant limit) {
        List<Instant> contacts = new ArrayList<>();
        if (device.lastPushAt() != null) {
            contacts.add(device.lastPushAt());
        }
        if (device.lastPullAt() != null) {
            contacts.add(device.lastPullAt());
        }
        return contacts.stream().noneMatch(limit::isBefore);
    }
}
