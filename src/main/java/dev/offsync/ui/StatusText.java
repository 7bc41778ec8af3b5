package dev.offsync.ui;

import dev.offsync.error.Reason;
import dev.offsync.model.ExitCodes;
import dev.offsync.model.IdRange;
import dev.offsync.model.StatusReport;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a device stands, as text. */
final class StatusText {
    /** Problems with which no run gets anywhere, although a server answers. */
    private static final Set<String> SHUT_OUT = Arrays.stream(Reason.values())
            .filter(reason -> reason != Reason.OFFLINE)
            .map(Reason::word)
            .collect(Collectors.toSet());

    private StatusText() {}

    static void status(Page page, StatusReport status, Instant now) {
        page.line(state(page.style(), status)).gap();
        page.field("queue", queue(status.queue()));
        page.field("oldest pending", status.oldestPendingAt() == null ? null : when(status.oldestPendingAt(), now));
        page.field("conflicts open", status.conflictsOpen());
        page.field("last push", when(status.lastPushAt(), now));
        page.field("last pull", when(status.lastPullAt(), now));
        page.field("last error", status.lastError());
        page.field("clock skew", skew(status.clockSkewMs()));
        page.field("held back by", blocker(status.hubBlocker(), now));
        tables(page, status.tables(), now);
        idRanges(page, status.idRanges());
        page.problems(status.problems());
        List<String> next = next(status);
        if (!next.isEmpty()) {
            page.gap().line(page.style().heading("Next"));
            next.forEach(step -> page.line("  " + step));
        }
    }

    /** What to type, the most pressing first; lines to be copied, so they are not folded. */
    private static List<String> next(StatusReport status) {
        var next = new ArrayList<String>();
        if (status.queue().failed() > 0) {
            next.add("offsync queue list --status failed   what the hub rejected, and why");
        }
        if (status.conflictsOpen() > 0) {
            next.add("offsync conflicts list               what waits for a decision");
        }
        if (status.lastError() != null || !status.problems().isEmpty()) {
            next.add("offsync check                        what is wrong, and the remedy");
        }
        boolean sendable = status.queue().pending() > status.queue().parked();
        if (sendable && status.state().equals("online")) {
            next.add("offsync sync                         sends what is pending");
        } else if (sendable && status.state().equals("offline")) {
            next.add("offsync sync                         once the hub can be reached");
        }
        return next;
    }

    private static String state(Style style, StatusReport status) {
        var needs = new ArrayList<String>();
        if (status.queue().failed() > 0) {
            needs.add(Words.count(status.queue().failed(), "failed operation"));
        }
        if (status.queue().parked() > 0) {
            needs.add(status.queue().parked() + " parked");
        }
        if (status.conflictsOpen() > 0) {
            needs.add(Words.count(status.conflictsOpen(), "open conflict"));
        }
        if (status.queue().failed() + status.queue().parked() == 0
                && status.exitCode() == ExitCodes.OPERATIONS_REJECTED) {
            needs.add("overdue (--max-age)");
        }
        String name = Printable.of(status.device()) + ": " + status.state();
        status.problems().stream()
                .filter(problem -> problem.table().isEmpty() && SHUT_OUT.contains(problem.code()))
                .map(problem -> "the hub cannot be used (" + problem.code() + ")")
                .forEach(needs::add);
        if (!needs.isEmpty()) {
            return style.warning(name + ", " + String.join(", ", needs));
        }
        return status.online() ? style.good(name + ", all well") : style.warning(name);
    }

    private static String queue(StatusReport.Queue queue) {
        String parked = queue.parked() > 0 ? " (" + queue.parked() + " parked)" : "";
        return queue.pending() + " pending" + parked + ", " + queue.processing() + " processing, " + queue.failed()
                + " failed, " + queue.conflict() + " in conflict, " + queue.completed() + " completed";
    }

    private static String when(@Nullable Instant instant, Instant now) {
        return instant == null ? "never" : Words.time(instant) + ", " + Words.age(instant, now);
    }

    private static @Nullable String skew(@Nullable Long milliseconds) {
        if (milliseconds == null) {
            return null;
        }
        String direction = milliseconds < 0 ? "behind" : "ahead of";
        return milliseconds == 0
                ? "none"
                : "this device is " + Words.span(Math.abs(milliseconds)) + " " + direction + " the hub";
    }

    private static @Nullable String blocker(StatusReport.@Nullable HubBlocker blocker, Instant now) {
        return blocker == null
                ? null
                : "a hub transaction open since " + when(blocker.since(), now) + " (pid " + blocker.pid() + ", "
                        + blocker.application() + ")";
    }

    private static void tables(Page page, List<StatusReport.Table> tables, Instant now) {
        if (tables.isEmpty()) {
            return;
        }
        var lines = new Table("TABLE", "WAY", ">PENDING", ">FAILED", ">CONFLICT", ">ROWS", ">PUSHED", ">PULLED");
        for (StatusReport.Table table : tables) {
            lines.row(
                    table.table(),
                    table.direction(),
                    table.pending(),
                    table.failed(),
                    table.conflict(),
                    table.rows(),
                    Words.age(table.lastPushAt(), now),
                    Words.age(table.lastPullAt(), now));
        }
        page.gap().table(lines);
    }

    private static void idRanges(Page page, List<IdRange> ranges) {
        if (ranges.isEmpty()) {
            return;
        }
        var lines = new Table("KEYS OF", ">FROM", ">TO", ">LEFT");
        for (IdRange range : ranges) {
            lines.row(range.table() + "." + range.column(), range.low(), range.high(), left(range));
        }
        page.gap().table(lines);
    }

    private static String left(IdRange range) {
        double size = (double) range.high() - range.low() + 1;
        return String.format(Locale.ROOT, "%d (%.0f%%)", range.remaining(), 100 * range.remaining() / size);
    }
}
