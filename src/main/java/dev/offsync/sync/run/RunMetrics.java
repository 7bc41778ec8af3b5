package dev.offsync.sync.run;

import dev.offsync.config.Settings;
import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.local.ConflictLog;
import dev.offsync.local.StatusReader;
import dev.offsync.local.device.SyncStates;
import dev.offsync.local.queue.QueueCounts;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.Result;
import dev.offsync.model.RunId;
import dev.offsync.model.StatusReport.Queue;
import dev.offsync.model.SyncResult;
import dev.offsync.pg.Database;
import dev.offsync.pg.Traffic;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what a run did, and how it left the device, to the file that metrics_file names. Never fails the run. */
public final class RunMetrics {
    /** A process makes one run; tests make one after the other. */
    private static final AtomicReference<@Nullable RunMetrics> LAST = new AtomicReference<>();

    /** The device when the run was over; {@code oldestPendingSeconds} is 0 where nothing is pending. */
    private record Device(
            Queue queue,
            long oldestPendingSeconds,
            int conflictsOpen,
            @Nullable Instant lastSuccess) {}

    private final String command;
    private final long start = System.nanoTime();
    private final Traffic before = Traffic.soFar();
    private volatile Settings settings;
    private volatile @Nullable Device device;
    private boolean over;

    private RunMetrics(Settings settings, String command) {
        this.settings = settings;
        this.command = command;
    }

    /** Runs {@code work} for {@code command} and writes how it ended. */
    public static <T> T around(Settings settings, String command, Function<RunMetrics, T> work) {
        var metrics = new RunMetrics(settings, command);
        LAST.set(metrics);
        try {
            T result = work.apply(metrics);
            metrics.ended(result);
            return result;
        } catch (RuntimeException failure) {
            metrics.failed(failure);
            throw failure;
        } catch (Error collapse) {
            metrics.collapsed(collapse);
            throw collapse;
        }
    }

    /** Writes that a signal ended the run, in whatever it was; called while the run may still be at work. */
    public static void interrupted(int exitCode) {
        RunMetrics run = LAST.get();
        if (run != null && run.settings.metricsFile().isPresent()) {
            run.lookAgain();
            run.write(exitCode, Map.of());
        }
    }

    /** Takes the device's state down over a connection of its own; that of the run is in use. */
    private void lookAgain() {
        try (Database database = LocalSession.connect(settings, command)) {
            look(database);
        } catch (SQLException | RuntimeException lost) {
            device = null;
        }
    }

    /** The settings are complete now. */
    public void settings(Settings all) {
        settings = all;
    }

    /** Takes the device's state down, while its database can still be asked. */
    public void look(Database database) {
        if (settings.metricsFile().isEmpty()) {
            return;
        }
        try {
            Instant oldest = new QueueCounts(database).oldestPending();
            Instant now = StatusReader.clock(database);
            device = new Device(
                    new StatusReader(database).queue(),
                    oldest == null
                            ? 0
                            : Math.max(0, Duration.between(oldest, now).toSeconds()),
                    new ConflictLog(database).open().size(),
                    new SyncStates(database).lastSuccess());
        } catch (SQLException lost) {
            // The run's own error says that the database is gone; the metrics then tell of the run alone.
            device = null;
        }
    }

    private void ended(@Nullable Object result) {
        Traffic traffic = Traffic.soFar().since(before);
        Notices.info(
                settings,
                command + " took " + duration() + " s, sent " + traffic.sent() + " and received " + traffic.received()
                        + " bytes");
        if (result instanceof Result done && !done.dryRun()) {
            write(done.exitCode(), rows(result));
        }
    }

    /** As after a signal, the run's own connection is none that could be asked. What goes wrong here is kept beside. */
    private void collapsed(Error collapse) {
        try {
            if (settings.metricsFile().isPresent()) {
                lookAgain();
            }
            failed(collapse);
        } catch (Error again) {
            collapse.addSuppressed(again);
        }
    }

    private void failed(Throwable failure) {
        Reason reason = failure instanceof OffsyncException known ? known.reason() : Reason.INTERNAL;
        write(reason.exitCode(), Map.of());
    }

    private static Map<String, BigDecimal> rows(Object result) {
        var rows = new LinkedHashMap<String, BigDecimal>();
        PushResult push =
                result instanceof SyncResult both ? both.push() : result instanceof PushResult alone ? alone : null;
        PullResult pull =
                result instanceof SyncResult both ? both.pull() : result instanceof PullResult alone ? alone : null;
        if (push != null) {
            rows.put("pushed", BigDecimal.valueOf(push.pushed() - push.coalesced()));
        }
        if (pull != null) {
            rows.put("pulled", BigDecimal.valueOf(pull.pulled()));
        }
        return rows;
    }

    /** Once: what the signal's thread has written stays, whatever the run comes to before the process ends. */
    private synchronized void write(int exitCode, Map<String, BigDecimal> rows) {
        if (over) {
            return;
        }
        over = true;
        settings.metricsFile().ifPresent(path -> {
            try {
                var file = new MetricsFile(path);
                file.replace(text(new MetricsText(command, file.lines()), exitCode, rows));
            } catch (IOException | RuntimeException e) {
                Notices.warn("cannot write metrics_file " + path + ": " + reason(e));
            }
        });
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "its directory does not exist";
        }
        return e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
    }

    private String text(MetricsText text, int exitCode, Map<String, BigDecimal> rows) {
        Device seen = device;
        if (seen != null) {
            describe(text, seen);
        }
        Traffic traffic = Traffic.soFar().since(before);
        var bytes = new LinkedHashMap<String, BigDecimal>();
        bytes.put("sent", BigDecimal.valueOf(traffic.sent()));
        bytes.put("received", BigDecimal.valueOf(traffic.received()));
        return text.ofRun("exit_code", "Exit code of the command's last run.", BigDecimal.valueOf(exitCode))
                .ofRun("timestamp_seconds", "When the command's last run ended.", seconds(Instant.now()))
                .ofRun("duration_seconds", "How long the command's last run took.", duration())
                .ofRun("rows", "Rows that the command's last run moved.", "direction", rows)
                .ofRun("bytes", "Bytes between the command's last run and the hub.", "direction", bytes)
                .ofRun(
                        "info",
                        "The mark of the command's last run in logs.",
                        "run",
                        Map.of(RunId.CURRENT, BigDecimal.ONE))
                .toString();
    }

    private static void describe(MetricsText text, Device device) {
        Queue queue = device.queue();
        var states = new LinkedHashMap<String, Long>();
        states.put("pending", queue.pending());
        states.put("processing", queue.processing());
        states.put("failed", queue.failed());
        states.put("conflict", queue.conflict());
        states.put("completed", queue.completed());
        text.gauges("queue_operations", "Operations in the queue by state.", "state", states)
                .gauge("queue_parked", "Pending operations that wait for another.", BigDecimal.valueOf(queue.parked()))
                .gauge(
                        "oldest_pending_seconds",
                        "Age of the oldest pending operation, 0 if there is none.",
                        BigDecimal.valueOf(device.oldestPendingSeconds()))
                .gauge(
                        "conflicts_open",
                        "Conflicts that wait for a decision.",
                        BigDecimal.valueOf(device.conflictsOpen()));
        if (device.lastSuccess() != null) {
            text.gauge(
                    "last_success_timestamp_seconds",
                    "When a push, pull or sync last reached its end.",
                    seconds(device.lastSuccess()));
        }
    }

    private static BigDecimal seconds(Instant instant) {
        return BigDecimal.valueOf(instant.toEpochMilli(), 3);
    }

    private BigDecimal duration() {
        return BigDecimal.valueOf(Duration.ofNanos(System.nanoTime() - start).toMillis(), 3);
    }
}
