package dev.offsync.ui;

import dev.offsync.model.CheckResult;
import dev.offsync.model.Finding;
import dev.offsync.model.Finding.Severity;
import java.util.ArrayList;
import java.util.Locale;

/** What check found, as text. */
final class CheckText {
    private CheckText() {}

    static void check(Page page, CheckResult result) {
        page.line(state(page.style(), result)).gap();
        result.passed().forEach(what -> page.paragraph("ok       " + what, 9));
        for (Finding finding : result.findings()) {
            String severity = String.format("%-9s", finding.severity().name().toLowerCase(Locale.ROOT));
            page.paragraph(severity + finding.code() + ": " + finding.message(), 9);
            if (finding.hint() != null) {
                // Not folded: it may hold a command to be copied.
                page.line("         hint: " + Printable.of(finding.hint()));
            }
        }
    }

    private static String state(Style style, CheckResult result) {
        var counts = new ArrayList<String>();
        for (Severity severity : Severity.values()) {
            long count = result.findings().stream()
                    .filter(finding -> finding.severity() == severity)
                    .count();
            if (count > 0) {
                counts.add(
                        severity == Severity.ADVICE
                                ? count + " advice"
                                : Words.count(count, severity.name().toLowerCase(Locale.ROOT)));
            }
        }
        String name = Printable.of(result.device()) + ": ";
        if (counts.isEmpty()) {
            return style.good(name + "all well");
        }
        String line = name + String.join(", ", counts);
        boolean failed = result.findings().stream().anyMatch(finding -> finding.severity() == Severity.ERROR);
        return failed ? style.bad(line) : style.warning(line);
    }
}
