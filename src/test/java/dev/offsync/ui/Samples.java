package dev.offsync.ui;

import dev.offsync.model.CheckResult;
import dev.offsync.model.ConfigChange;
import dev.offsync.model.ConfigList;
import dev.offsync.model.ConfigValue;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.ConflictDetail;
import dev.offsync.model.ConflictEntry;
import dev.offsync.model.ConflictList;
import dev.offsync.model.DeinitResult;
import dev.offsync.model.DeviceList;
import dev.offsync.model.Difference;
import dev.offsync.model.DiscardResult;
import dev.offsync.model.Finding;
import dev.offsync.model.IdRange;
import dev.offsync.model.InitResult;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.Problem;
import dev.offsync.model.PullResult;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.QueueList;
import dev.offsync.model.RelatedRow;
import dev.offsync.model.ResolveResult;
import dev.offsync.model.Result;
import dev.offsync.model.RetryResult;
import dev.offsync.model.RevokeResult;
import dev.offsync.model.Row;
import dev.offsync.model.Rule;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleList;
import dev.offsync.model.Setting;
import dev.offsync.model.StatusReport;
import dev.offsync.model.Strategy;
import dev.offsync.model.SyncResult;
import dev.offsync.model.UndoResult;
import dev.offsync.model.VerifiedTable;
import dev.offsync.model.VerifyResult;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/** One result of every kind, with the values that are hard to show. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
    static final ConflictCounts NONE = new ConflictCounts(0, 0, 0);
    static final Problem PROBLEM = new Problem(
            "check_violation",
            "products",
            "price",
            "17",
            "new row for relation \"products\" violates check constraint \"products_price_check\"",
            "correct the row; it is sent again with the next push");

    private Samples() {}

    public static PushResult push() {
        return new PushResult(12, 3, 2, 0, 0, 0, NONE, List.of(), 15L, 1234, false, List.of());
    }

    static PushResult pushWithConflicts() {
        return new PushResult(
                10,
                0,
                1,
                2,
                0,
                0,
                new ConflictCounts(3, 1, 2),
                List.of(
                        new OpenConflict(12, "products", "1", "update_update"),
                        new OpenConflict(13, "customers", "[\"de\", \"7\"]", "insert_insert")),
                null,
                80,
                false,
                List.of());
    }

    static PushResult pushWithProblems() {
        return pushWithProblems(1);
    }

    static PushResult pushWithProblems(long failed) {
        return new PushResult(10, 0, 1, 2, failed, 2, NONE, List.of(), null, 80, false, List.of(PROBLEM));
    }

    public static PullResult pull() {
        return new PullResult(9, 5, 3, 1, 2, 0, 0, NONE, List.of(), false, true, -20L, 61_000, false, List.of());
    }

    public static SyncResult sync() {
        return new SyncResult(push(), pull(), 62_234);
    }

    public static StatusReport status() {
        var queue = new StatusReport.Queue(12, 0, 1, 2, 340, 2);
        var table = new StatusReport.Table("products", "both", 12, 1, 2, 100_000, NOW.minusSeconds(300), null);
        return new StatusReport(
                "till-7",
                true,
                "online",
                queue,
                NOW.minusSeconds(7200),
                2,
                NOW.minusSeconds(300),
                null,
                "the hub rejected 1 operation",
                -1500L,
                new StatusReport.HubBlocker(4711, "nightly report", NOW.minusSeconds(90_000)),
                List.of(table),
                List.of(new IdRange("products", "id", "products_id_seq", 1_000_001, 1_010_000, 2_500)),
                List.of(PROBLEM),
                4);
    }

    static ConflictEntry entry() {
        List<String> columns = List.of("id", "name", "price", "note");
        return new ConflictEntry(
                12,
                "products",
                "1",
                "update_update",
                Row.of(columns, Arrays.asList("1", "Tea", "9.99", null)),
                Row.of(columns, Arrays.asList("1", "Tea", "10.50", "wi\u001b[31mth\nescape")),
                Row.of(columns, Arrays.asList("1", "Tea", "11.00", null)),
                NOW.minusSeconds(60),
                NOW.minusSeconds(120),
                4L,
                5L,
                "lww",
                NOW.minusSeconds(30),
                false,
                null,
                null,
                null,
                null,
                null,
                List.of());
    }

    /** A new row whose e-mail address one row of the hub holds, and whose place another. */
    static ConflictEntry collision() {
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
    static ConflictEntry deletion() {
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

    static ConflictEntry resolvedEntry() {
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
                NOW,
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

    public static PurgeResult purge() {
        return new PurgeResult(120, 1, 40, false);
    }

    public static CheckResult check() {
        return new CheckResult(
                "till-7",
                List.of("hub: PostgreSQL 18.4 at hub.example.org:5432"),
                List.of(
                        new Finding(
                                "local_trigger_missing",
                                Finding.Severity.ERROR,
                                "trigger offsync_insert on \"public\".\"products\" in this database is gone",
                                "run offsync init --tables products, then offsync verify"),
                        new Finding("hub_superuser", Finding.Severity.WARNING, "the hub's role is a superuser", null)));
    }

    public static VerifyResult verify() {
        return new VerifyResult(
                "till-7",
                List.of(
                        new VerifiedTable("products", "both", 120, 2, 16, 2, 1, 0, 1),
                        new VerifiedTable("orders", "both", 40, 0, 16, 0, 0, 0, 0)),
                List.of(
                        new Difference("products", "7", Difference.Kind.MISSING_LOCAL),
                        new Difference("products", "9", Difference.Kind.DIFFERS)),
                false,
                new ConflictCounts(0, 0, 0),
                List.of(),
                38,
                List.of());
    }

    public static InitResult init() {
        return new InitResult(
                "till-7",
                List.of(new InitResult.Table("products", "both", 0, false, true)),
                List.of(new IdRange("products", "id", "products_id_seq", 1_000_001, 1_010_000, 10_000)),
                List.of("made schema offsync in the local database"),
                false,
                null,
                List.of());
    }

    static InitResult printedSql() {
        return new InitResult(null, List.of(), List.of(), List.of(), false, "CREATE SCHEMA offsync;", List.of());
    }

    public static QueueList queue() {
        var failed = new QueueEntry(
                17,
                "745",
                "products",
                "update",
                "2",
                "failed",
                3,
                NOW.minusSeconds(7200),
                null,
                "new row for relation \"products\" violates check constraint \"price_is_positive\"",
                null,
                null,
                null);
        var parked = new QueueEntry(
                18, "746", "orders", "insert", "1", "pending", 0, NOW.minusSeconds(60), null, null, 17L, null, null);
        return new QueueList(List.of(failed, parked), 3);
    }

    static QueueEntry discardedEntry() {
        return new QueueEntry(
                16, "744", "products", "delete", "9", "completed", 0, NOW, NOW, null, null, "anna", "a mistake");
    }

    public static RetryResult retried() {
        return new RetryResult(1, 2);
    }

    public static DiscardResult discarded(boolean dryRun) {
        return new DiscardResult(queue().operations().subList(0, 1), 1, 1, List.of(19L, 20L), dryRun);
    }

    public static RuleList rules() {
        return new RuleList(
                List.of(
                        new Rule("products", "update_update", Strategy.MERGE, null, List.of("stock"), Strategy.LWW, 10),
                        new Rule("*", "*", Strategy.CUSTOM, "shop.choose", List.of(), Strategy.MANUAL, 0)),
                Strategy.LWW);
    }

    public static RuleChanges ruleChanges(boolean dryRun) {
        return new RuleChanges(
                rules().rules().subList(0, 1), List.of(), rules().rules().subList(1, 2), 0, rules().rules(), dryRun);
    }

    public static ConfigList config() {
        return new ConfigList(List.of(
                new Setting("local", "postgresql://app@localhost/shop", "environment", "LOCAL_DB_URL"),
                new Setting("retention", "30d", "file", "/etc/offsync/config.toml:2"),
                new Setting("metrics_file", null, "default", null)));
    }

    public static ConfigValue configValue() {
        return new ConfigValue("batch_size", "500", "sync_config", null);
    }

    public static ConfigChange configChange() {
        return new ConfigChange(
                "batch_size", "100", "500", new Setting("batch_size", "7", "environment", "OFFSYNC_BATCH_SIZE"));
    }

    public static DeviceList devices() {
        var till = new DeviceList.Device(
                "till-7",
                "till",
                NOW.minusSeconds(90_000),
                null,
                NOW.minusSeconds(7200),
                NOW.minusSeconds(7200),
                NOW.minusSeconds(7300),
                7_300_000L,
                12L,
                1L,
                2L,
                -1500L,
                "0.1.0",
                true,
                List.of(new DeviceList.Range("products", "id", 1_000_001, 1_010_000)));
        var van = new DeviceList.Device(
                "van", "van", NOW, NOW, NOW, null, null, null, null, null, null, null, null, false, List.of());
        return new DeviceList(List.of(till, van), List.of("till-7"), 4);
    }

    public static RevokeResult revoked() {
        return new RevokeResult("till-7", "till", NOW, false);
    }

    public static DeinitResult deinit(boolean dryRun) {
        return new DeinitResult(
                "local", "till-7", 3, List.of(), List.of("removes the schema offsync with all that was in it"), dryRun);
    }

    static List<Result> all() {
        return List.of(
                queue(),
                new QueueList(List.of(discardedEntry()), 1),
                retried(),
                discarded(false),
                discarded(true),
                rules(),
                ruleChanges(false),
                ruleChanges(true),
                config(),
                configValue(),
                configChange(),
                devices(),
                revoked(),
                deinit(false),
                deinit(true),
                push(),
                pushWithConflicts(),
                pushWithProblems(),
                pull(),
                sync(),
                status(),
                list(),
                detail(),
                resolve(false),
                resolve(true),
                purge(),
                check(),
                verify(),
                init(),
                printedSql(),
                new Version("1.0"),
                new Usage("Usage: offsync\n"));
    }
}
