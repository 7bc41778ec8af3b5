package dev.offsync.ui;

import dev.offsync.model.ConflictCounts;
import dev.offsync.model.ExitCodes;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.Result;
import dev.offsync.model.SyncResult;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/** What push, pull and sync did, as text. */
final class RunText {
    /** A screenful; the rest is a command away. */
    private static final int CONFLICTS_SHOWN = 15;

    private RunText() {}

    static void push(Page page, PushResult push) {
        state(page, push, push.dryRun(), push.failed(), push.parked(), push.conflicts());
        pushed(page, push);
        counted(page, push.conflicts());
        waiting(page, push.dryRun(), push.openConflicts(), push.conflicts(), push.problems());
    }

    static void pull(Page page, PullResult pull) {
        state(page, pull, pull.dryRun(), pull.failed(), pull.parked(), pull.conflicts());
        pulled(page, pull);
        counted(page, pull.conflicts());
        waiting(page, pull.dryRun(), pull.openConflicts(), pull.conflicts(), pull.problems());
    }

    /** The pull ends the run, so the device's state after it is the pull's. */
    static void sync(Page page, SyncResult sync) {
        PushResult push = sync.push();
        PullResult pull = sync.pull();
        state(page, sync, push.dryRun(), pull.failed(), pull.parked(), pull.conflicts());
        pushed(page, push);
        pulled(page, pull);
        counted(
                page,
                new ConflictCounts(
                        push.conflicts().detected() + pull.conflicts().detected(),
                        push.conflicts().resolved() + pull.conflicts().resolved(),
                        pull.conflicts().open()));
        var open = new LinkedHashSet<>(push.openConflicts());
        open.addAll(pull.openConflicts());
        var problems = new LinkedHashSet<>(push.problems());
        problems.addAll(pull.problems());
        waiting(page, push.dryRun(), new ArrayList<>(open), pull.conflicts(), new ArrayList<>(problems));
    }

    private static void state(
            Page page, Result result, boolean dryRun, long failed, long parked, ConflictCounts conflicts) {
        String run = dryRun ? "Dry run, nothing was changed" : "Done";
        String line =
                switch (result.exitCode()) {
                    case ExitCodes.OPERATIONS_REJECTED -> page.style().bad(run + ", but " + rejected(failed, parked));
                    case ExitCodes.CONFLICTS_OPEN ->
                        page.style().warning(run + ", but " + Words.count(conflicts.open(), "conflict") + " to decide");
                    default -> page.style().good(run + ".");
                };
        page.line(line);
    }

    private static String rejected(long failed, long parked) {
        if (failed + parked == 0) {
            return "there is a problem to look at";
        }
        if (failed == 0) {
            return Words.count(parked, "operation") + " rejected or parked";
        }
        return Words.count(failed, "operation") + " failed and " + parked + " parked";
    }

    private static void pushed(Page page, PushResult push) {
        String merged = push.coalesced() > 0 ? ", " + push.coalesced() + " of them merged away" : "";
        String pending = push.remaining() > 0 ? "; " + push.remaining() + " still pending" : "";
        page.field(
                push.dryRun() ? "would push" : "pushed",
                Words.count(push.pushed(), "operation") + " in " + batches(push.batches()) + merged + pending + ", "
                        + Words.span(push.durationMs()));
    }

    private static String batches(int batches) {
        return batches == 1 ? "1 batch" : batches + " batches";
    }

    private static void pulled(Page page, PullResult pull) {
        String detail = pull.pulled() == 0
                ? ""
                : " (" + pull.inserted() + " inserted, " + pull.updated() + " updated, " + pull.deleted() + " deleted)";
        String skipped = pull.skipped() > 0 ? ", " + pull.skipped() + " skipped" : "";
        String full = pull.full() ? ", every row compared" : "";
        String more = pull.complete() ? "" : "; there is more, which the next pull goes on with";
        page.field(
                pull.dryRun() ? "would pull" : "pulled",
                Words.count(pull.pulled(), "row") + detail + skipped + full + more + ", "
                        + Words.span(pull.durationMs()));
    }

    private static void counted(Page page, ConflictCounts conflicts) {
        if (conflicts.detected() > 0 || conflicts.open() > 0) {
            page.field(
                    "conflicts",
                    conflicts.detected() + " found, " + conflicts.resolved() + " settled by rule, " + conflicts.open()
                            + " open");
        }
    }

    /** A conflict that a dry run found has no number yet, so there is no command to look at it. */
    private static void waiting(
            Page page, boolean dryRun, List<OpenConflict> open, ConflictCounts counts, List<Problem> problems) {
        page.problems(problems);
        if (open.isEmpty()) {
            return;
        }
        List<OpenConflict> shown = open.subList(0, Math.min(open.size(), CONFLICTS_SHOWN));
        var table = dryRun ? new Table("TABLE", "KEY", "TYPE") : new Table("TABLE", "KEY", "TYPE", "TO LOOK AT IT");
        for (OpenConflict conflict : shown) {
            if (dryRun) {
                table.row(conflict.table(), conflict.recordId(), conflict.type());
            } else {
                table.row(
                        conflict.table(),
                        conflict.recordId(),
                        conflict.type(),
                        "offsync conflicts show " + conflict.id());
            }
        }
        page.gap().table(table);
        int more = Math.max(open.size(), counts.open()) - shown.size();
        if (more > 0) {
            page.line("and " + more + " more: offsync conflicts list");
        }
    }
}
