package dev.offsync.ui;

import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.Row;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One conflict with the columns that differ side by side, as text. */
final class ConflictDetailText {
    private ConflictDetailText() {}

    static void show(Page page, ConflictDetail detail) {
        ConflictEntry entry = detail.conflict();
        String head = "Conflict " + entry.id() + ": " + Printable.of(ConflictText.state(entry));
        page.line(entry.resolved() ? page.style().good(head) : page.style().warning(head));
        page.gap();
        page.field("table", entry.table());
        page.field("key", entry.recordId());
        page.field("type", entry.type());
        page.field("detected", Words.time(entry.detectedAt()));
        page.field("device", detail.device());
        page.field("changed here", changed(entry.localChangedAt(), entry.localVersion(), entry.remoteChangedAt()));
        page.field("", clock(detail));
        page.field("", columns(detail.changedHere()));
        page.field(
                RelatedText.areHolders(entry) ? "other row" : "changed on hub",
                changed(entry.remoteChangedAt(), entry.remoteVersion(), entry.localChangedAt()));
        page.field("", columns(detail.changedOnHub()));
        page.field("strategy", entry.strategy());
        page.field("resolved", entry.resolvedAt() == null ? null : by(entry.resolvedAt(), entry.resolvedBy()));
        page.field("undone", detail.undoneAt() == null ? null : by(detail.undoneAt(), detail.undoneBy()));
        page.gap()
                .table(RelatedText.areHolders(entry) ? RelatedText.sides(entry) : sides(entry))
                .gap();
        RelatedText.show(page, entry);
        page.paragraph(detail.explanation(), 0);
        if (!entry.resolved()) {
            page.gap().line("To decide: offsync conflicts resolve " + entry.id() + " " + RelatedText.choices(entry));
        }
    }

    private static String changed(@Nullable Instant at, @Nullable Long version, @Nullable Instant other) {
        String newer = at != null && other != null && at.isAfter(other) ? " (newer)" : "";
        String time = at == null ? "at an unknown time" : Words.time(at);
        return time + (version == null ? "" : ", version " + version) + newer;
    }

    private static String by(Instant at, @Nullable String who) {
        return Words.time(at) + (who == null ? "" : " by " + who);
    }

    /** The device's own clock beside the hub's, on which everything else is told. */
    private static @Nullable String clock(ConflictDetail detail) {
        Long skew = detail.clockSkewMs();
        if (skew == null || detail.localChangedAtDevice() == null) {
            return null;
        }
        String by = skew == 0 ? "" : skew > 0 ? ", ahead by " + Words.span(skew) : ", behind by " + Words.span(-skew);
        return "by the device's clock " + Words.time(detail.localChangedAtDevice()) + by;
    }

    private static @Nullable String columns(@Nullable List<String> columns) {
        return columns == null || columns.isEmpty() ? null : "columns: " + String.join(", ", columns);
    }

    private static Table sides(ConflictEntry entry) {
        boolean settled = entry.resolved() && entry.resolvedData() != null;
        var table = settled
                ? new Table("COLUMN", "BASE", "LOCAL", "REMOTE", "KEPT")
                : new Table("COLUMN", "BASE", "LOCAL", "REMOTE");
        for (String column : differing(entry.base(), entry.local(), entry.remote())) {
            String base = cell(entry.base(), column, "(unknown)");
            String local = cell(entry.local(), column, "(deleted)");
            String remote = cell(entry.remote(), column, "(deleted)");
            if (settled) {
                table.row(column, base, local, remote, cell(entry.resolvedData(), column, ""));
            } else {
                table.row(column, base, local, remote);
            }
        }
        return table;
    }

    /** The columns whose values are not the same in all rows there are; where one side is gone, all of them. */
    static Set<String> differing(@Nullable Row base, @Nullable Row local, @Nullable Row remote) {
        List<Row> rows = Stream.of(local, remote, base).filter(Objects::nonNull).toList();
        var columns = new LinkedHashSet<String>();
        rows.forEach(row -> columns.addAll(row.columns()));
        if (local != null && remote != null) {
            columns.removeIf(column -> rows.stream()
                            .map(row -> ConflictText.cell(row.get(column)) + row.has(column))
                            .distinct()
                            .count()
                    == 1);
        }
        return columns;
    }

    static String cell(@Nullable Row row, String column, String missing) {
        if (row == null) {
            return missing;
        }
        return row.has(column) ? ConflictText.cell(row.get(column)) : "-";
    }
}
