package dev.offsync.ui;

import dev.offsync.model.IdRange;
import dev.offsync.model.InitResult;
import dev.offsync.model.PurgeResult;
import java.util.ArrayList;

/** What init prepared and purge removed, as text. */
final class SetupText {
    private SetupText() {}

    static void init(Page page, InitResult init) {
        String device = init.device() == null ? "the databases" : Printable.of(init.device());
        page.line(
                init.dryRun()
                        ? "Dry run, nothing was changed. This would be done:"
                        : page.style()
                                .good("Ready: " + device + ", "
                                        + Words.count(init.tables().size(), "table")));
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
        for (IdRange range : init.idRanges()) {
            page.paragraph(
                    "keys of " + range.table() + "." + range.column() + ": " + range.low() + " to " + range.high(), 2);
        }
        page.problems(init.problems());
        if (!init.dryRun()) {
            page.gap().line("Next: offsync sync");
        }
    }

    static void purge(Page page, PurgeResult purge) {
        var removed = new ArrayList<String>();
        removed.add(Words.count(purge.purged(), "operation"));
        removed.add(Words.count(purge.conflictsPurged(), "resolved conflict"));
        if (purge.rowsEvicted() > 0) {
            removed.add(Words.count(purge.rowsEvicted(), "row") + " (kept on the hub)");
        }
        String what = String.join(", ", removed);
        page.line(
                purge.dryRun()
                        ? "Dry run, nothing was changed. This would be purged: " + what
                        : page.style().good("Purged " + what));
    }
}
