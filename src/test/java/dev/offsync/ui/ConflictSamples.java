package dev.offsync.ui;

import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictList;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Row;
import dev.offsync.model.UndoResult;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** Conflicts of every kind, and what was decided about them. */
public final class ConflictSamples {
    private ConflictSamples() {}

    public static ConflictEntry entry() {
        List<String> columns = List.of("id", "name", "price", "note");
        return new ConflictEntry(
                12,
                "products",
                "1",
                "update_update",
                Row.of(columns, Arrays.asList("1", "Tea", "9.99", null)),
                Row.of(columns, Arrays.asList("1", "Tea", "10.50", "wi\u001b[31mth\nescape")),
                Row.of(columns, Arrays.asList("1", "Tea", "11.00", null)),
                Samples.NOW.minusSeconds(60),
                Samples.NOW.minusSeconds(120),
                4L,
                5L,
                "lww",
                Samples.NOW.minusSeconds(30),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    /** A new row whose e-mail address one row of the hub holds, and whose place another. */
    public static ConflictEntry collision() {
        List<String> columns = List.of("id", "email", "site");
        ConflictEntry open = entry();
        Row first = Row.of(columns, Arrays.asList("100", "x@y", "1"));
        return new ConflictEntry(
                13,
                "account",
                "1",
                "unique_violation",
                null,
                Row.of(columns, Arrays.asList("1", "x@y", "7")),
                first,
                open.localChangedAt(),
                open.remoteChangedAt(),
                1L,
                3L,
                "manual",
                open.detectedAt(),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(
                        new RelatedRow(
                                "account", "100", "holds", "account_email_key", List.of("email"), first, 3L, false),
                        new RelatedRow(
                                "account",
                                "101",
                                "holds",
                                "account_site_key",
                                List.of("site"),
                                Row.of(columns, Arrays.asList("101", null, "7")),
                                1L,
                                false)));
    }

    /** A deletion here that would take a child along on the hub. */
    public static ConflictEntry deletion() {
        List<String> columns = List.of("id", "room_id");
        ConflictEntry open = entry();
        return new ConflictEntry(
                14,
                "room",
                "1",
                "foreign_key",
                Row.of(List.of("id"), List.of("1")),
                null,
                Row.of(List.of("id"), List.of("1")),
                open.localChangedAt(),
                null,
                2L,
                1L,
                "manual",
                open.detectedAt(),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of(new RelatedRow(
                        "booking",
                        "11",
                        "deleted",
                        "booking_room_fk",
                        List.of("room_id"),
                        Row.of(columns, List.of("11", "1")),
                        1L,
                        false)));
    }

    public static ConflictEntry resolvedEntry() {
        ConflictEntry open = entry();
        return new ConflictEntry(
                11,
                "products",
                "2f1c1d0e-8f5b-4b0c-9d53-0e6a0d3b8a11",
                "update_delete",
                open.base(),
                open.local(),
                null,
                open.localChangedAt(),
                null,
                4L,
                null,
                "manual",
                open.detectedAt(),
                true,
                "local",
                open.local(),
                Samples.NOW,
                "anna",
                null,
                List.of());
    }

    public static ConflictList list() {
        return new ConflictList(List.of(resolvedEntry(), entry()));
    }

    public static ConflictDetail detail() {
        return detail(entry(), "Both sides changed price since the device's last pull.");
    }

    static ConflictDetail detail(ConflictEntry entry, String explanation) {
        Instant changed = entry.localChangedAt();
        return new ConflictDetail(
                entry,
                "till-7",
                4000L,
                changed == null ? null : changed.plusMillis(4000),
                List.of("price", "note"),
                List.of("price"),
                null,
                null,
                explanation);
    }

    public static UndoResult undo(boolean dryRun) {
        return new UndoResult(11, "products", "1", "local", entry().local(), dryRun);
    }

    public static ResolveResult resolve(boolean dryRun) {
        return new ResolveResult(
                List.of(
                        new ResolveResult.Resolved(12, "products", "1", "local", entry().local()),
                        new ResolveResult.Resolved(13, "products", "3", "remote", null)),
                1,
                dryRun);
    }
}
