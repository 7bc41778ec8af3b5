package dev.offsync.ui;

import dev.offsync.model.InitResult;
import dev.offsync.model.PurgeResult;
import java.util.ArrayList;

/** What init prepared and purge removed, as text. */
final class SetupText {
    private SetupText() {}

    static void init(Page page, InitResult init) {
        page.line(
                init.dryRun()
                        ? "Dry run, nothing was changed. This would be done:"
                        : page.style().good("Ready: " + prepared(init)));
        init.changes().forEach(change -> page.paragraph("- " + change, 2));
        if (!init.tables().isEmpty()) {
            var table = new Table("TABLE", "WAY", ">PRIORITY", "SYNC COLUMNS", "NEW");
            init.tables()
                    .forEach(one -> table.row(
                            one.table(),
                            one.direction(),
                            one.priority(),
                            one.syncColumns() ? "yes" : "no",
                            one.added() ? "yes" : "no"));
            page.gap().table(table);
        }
        page.problems(init.problems());
        if (!init.dryRun()) {
            page.gap().line(init.device() == null ? "Next, on each device: offsync init" : "Next: offsync sync");
        }
    }

    /** Without a device it was an init of the hub alone. */
    private static String prepared(InitResult init) {
        return init.device() == null
                ? "the hub"
                : Printable.of(init.device()) + ", " + Words.count(init.tables().size(), "table");
    }

    static void purge(Page page, PurgeResult purge) {
        var removed = new ArrayList<String>();
        removed.add(Words.count(purge.purged(), "operation"));
        removed.add(Words.count(purge.conflictsPurged(), "resolved conflict"));
        removed.add(Words.count(purge.rowsEvicted(), "row") + " (kept on the hub)");
        String what = String.join(", ", removed);
        page.line(
                purge.dryRun()
                        ? "Dry run, nothing was changed. This would be purged: " + what
                        : page.style().good("Purged " + what));
    }
}
