package dev.offsync.ui;

import dev.offsync.model.Difference;
import dev.offsync.model.VerifiedTable;
import dev.offsync.model.VerifyResult;
import java.util.List;
import java.util.Locale;

/** What verify found, as text. */
final class VerifyText {
    /** Two screenfuls; the rest is in the JSON. */
    private static final int ROWS_SHOWN = 50;

    private VerifyText() {}

    static void verify(Page page, VerifyResult result) {
        page.line(state(page.style(), result)).gap();
        var tables = new Table("TABLE", ">ROWS", ">LEFT OUT", ">MISSING HERE", ">MISSING ON HUB", ">DIFFERENT");
        for (VerifiedTable table : result.tables()) {
            tables.row(
                    table.table(),
                    Long.toString(table.compared()),
                    Long.toString(table.leftOut()),
                    Long.toString(table.missingLocal()),
                    Long.toString(table.missingRemote()),
                    Long.toString(table.differs()));
        }
        page.table(tables);
        if (result.total() > 0) {
            differences(page, result);
        }
        page.problems(result.problems());
        if (result.total() > 0 && !result.repaired()) {
            page.gap().line("To bring both sides in line: offsync verify --repair");
        } else if (result.repaired() && result.conflicts().open() > 0) {
            page.gap().line("To decide: offsync conflicts resolve");
        }
    }

    private static void differences(Page page, VerifyResult result) {
        List<Difference> shown =
                result.differences().subList(0, Math.min(result.differences().size(), ROWS_SHOWN));
        var rows = new Table("TABLE", "KEY", "DIFFERENCE");
        shown.forEach(
                row -> rows.row(row.table(), row.recordId(), row.kind().name().toLowerCase(Locale.ROOT)));
        page.gap().table(rows);
        long more = result.total() - shown.size();
        if (more > 0) {
            page.line("and " + more + " more: offsync verify --json");
        }
    }

    private static String state(Style style, VerifyResult result) {
        if (result.total() == 0) {
            return style.good("The device and the hub have the same rows.");
        }
        String rows = Words.count(result.total(), "row");
        if (!result.repaired()) {
            return style.bad(rows + (result.total() == 1 ? " differs." : " differ."));
        }
        int open = result.conflicts().open();
        return open == 0
                ? style.good("Brought " + rows + " in line.")
                : style.warning("Brought " + rows + " in line, but " + Words.count(open, "conflict") + " to decide.");
    }
}
