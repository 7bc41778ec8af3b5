package dev.offsync.ui;

import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictList;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Row;
import dev.offsync.model.UndoResult;
import org.jspecify.annotations.Nullable;

/** Lists of conflicts and of what was decided, as text. */
final class ConflictText {
    private ConflictText() {}

    static void list(Page page, ConflictList list) {
        long open = list.conflicts().stream().filter(entry -> !entry.resolved()).count();
        if (list.conflicts().isEmpty()) {
            page.line(page.style().good("No conflicts."));
            return;
        }
        String state = open == 0 ? "No open conflict." : Words.count(open, "open conflict");
        page.line(open > 0 ? page.style().warning(state) : page.style().good(state))
                .gap();
        var table = new Table(">ID", "TABLE", "KEY", "TYPE", "DETECTED", "STATE");
        for (ConflictEntry entry : list.conflicts()) {
            table.row(
                    entry.id(),
                    entry.table(),
                    entry.recordId(),
                    entry.type(),
                    Words.time(entry.detectedAt()),
                    state(entry));
        }
        page.table(table);
        list.conflicts().stream().filter(entry -> !entry.resolved()).findFirst().ifPresent(entry -> page.gap()
                .line("To look at one: offsync conflicts show " + entry.id()));
    }

    static String state(ConflictEntry entry) {
        if (!entry.resolved()) {
            return "open";
        }
        return entry.resolution() == null ? "resolved" : entry.resolution();
    }

    static void resolved(Page page, ResolveResult result) {
        String what = Words.count(result.resolved().size(), "conflict");
        page.line(
                result.dryRun()
                        ? "Dry run, nothing was changed: " + what + " would be resolved"
                        : page.style().good("Resolved " + what) + stillOpen(result.open()));
        for (ResolveResult.Resolved one : result.resolved()) {
            page.gap();
            page.paragraph(
                    "conflict " + one.id() + ": " + one.table() + " key " + one.recordId() + ", " + one.resolution(),
                    2);
            if (result.dryRun()) {
                row(page, one.data());
            }
        }
        if (!result.dryRun() && !result.resolved().isEmpty()) {
            page.gap().line("Next: offsync sync");
        }
    }

    static void undone(Page page, UndoResult result) {
        page.line(
                result.dryRun()
                        ? "Dry run, nothing was changed: the losing row would come back"
                        : page.style().good("Undone: the losing row is back") + ", as a new change");
        page.paragraph(
                "conflict " + result.id() + ": " + result.table() + " key " + result.recordId() + ", the "
                        + result.brought() + " row",
                2);
        row(page, result.data());
        if (!result.dryRun()) {
            page.gap().line("Next: offsync sync");
        }
    }

    private static String stillOpen(int open) {
        return open == 0 ? ", none is open" : ", " + open + " still open";
    }

    private static void row(Page page, @Nullable Row row) {
        if (row == null) {
            page.line("  the row is deleted");
            return;
        }
        row.values().forEach((column, value) -> page.paragraph("  " + column + " = " + cell(value), 4));
    }

    /** A value as a cell shows it: SQL NULL must not look like a text. */
    static String cell(@Nullable String value) {
        return value == null ? "(null)" : value;
    }
}
