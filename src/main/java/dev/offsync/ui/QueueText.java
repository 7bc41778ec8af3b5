package dev.offsync.ui;

import dev.offsync.model.DiscardResult;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.QueueList;
import dev.offsync.model.RetryResult;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/** Operations of the queue, and what was decided about them, as text. */
final class QueueText {
    private QueueText() {}

    static void list(Page page, QueueList list, Instant now) {
        if (list.operations().isEmpty()) {
            page.line(page.style().good("No operations."));
            return;
        }
        table(page, list.operations(), now);
        errors(page, list.operations());
        long more = list.total() - list.operations().size();
        if (more > 0) {
            page.gap().line("and " + more + " more: offsync queue list --limit " + list.total());
        }
        list.operations().stream()
                .filter(entry -> entry.status().equals("failed"))
                .findFirst()
                .ifPresent(entry -> page.gap()
                        .line("Mend the cause, then: offsync queue retry " + entry.id())
                        .line("Or drop the change:   offsync queue discard " + entry.id()));
    }

    private static void table(Page page, List<QueueEntry> entries, Instant now) {
        var table = new Table(">ID", "TABLE", "WHAT", "KEY", "STATUS", ">TRIES", ">AGE");
        for (QueueEntry entry : entries) {
            String key = entry.recordId() == null ? "(unknown)" : entry.recordId();
            String age = Words.age(entry.createdAt(), now);
            table.row(entry.id(), entry.table(), entry.operation(), key, state(entry), entry.retryCount(), age);
        }
        page.table(table);
    }

    private static String state(QueueEntry entry) {
        if (entry.discardedBy() != null) {
            return "discarded";
        }
        return entry.parkedBy() == null ? entry.status() : "parked by " + entry.parkedBy();
    }

    private static void errors(Page page, List<QueueEntry> entries) {
        List<QueueEntry> wrong = entries.stream()
                .filter(entry -> entry.lastError() != null || entry.discardedBy() != null)
                .toList();
        if (!wrong.isEmpty()) {
            page.gap();
        }
        for (QueueEntry entry : wrong) {
            page.paragraph(
                    entry.id() + ": "
                            + (entry.discardedBy() == null
                                    ? entry.lastError()
                                    : "discarded by " + entry.discardedBy() + ": " + entry.discardReason()),
                    2);
        }
    }

    static void retried(Page page, RetryResult result) {
        if (result.retried() == 0) {
            page.line("Nothing to retry: no operation among these was rejected.");
            return;
        }
        String parked = result.released() == 0 ? "" : ", and " + result.released() + " parked with them";
        page.line(page.style().good("Armed again: " + Words.count(result.retried(), "operation") + parked));
        page.gap().line("Next: offsync push");
    }

    static void discarded(Page page, DiscardResult result, Instant now) {
        if (result.discarded().isEmpty()) {
            page.line("Nothing to discard.");
            return;
        }
        String what = Words.count(result.discarded().size(), "operation");
        page.line(
                result.dryRun()
                        ? "Dry run, nothing was changed. This would be discarded: " + what
                        : page.style().good("Discarded " + what));
        page.gap();
        table(page, result.discarded(), now);
        page.gap();
        page.line(Words.count(result.restored(), "local row") + " put back to what the hub has");
        if (result.released() > 0) {
            page.line(Words.count(result.released(), "operation") + " no longer parked");
        }
        if (!result.sameTransaction().isEmpty()) {
            String ids = result.sameTransaction().stream().map(String::valueOf).collect(Collectors.joining(" "));
            page.paragraph("Of the same transaction, and still to be sent: " + ids, 2);
        }
        if (!result.dryRun()) {
            page.gap().line("Next: offsync sync");
        }
    }
}
