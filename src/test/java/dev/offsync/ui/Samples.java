package dev.offsync.ui;

import dev.offsync.model.ConfigChange;
import dev.offsync.model.ConfigList;
import dev.offsync.model.ConfigValue;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.DeinitResult;
import dev.offsync.model.DeviceList;
import dev.offsync.model.DiscardResult;
import dev.offsync.model.Problem;
import dev.offsync.model.QueueEntry;
import dev.offsync.model.QueueList;
import dev.offsync.model.Result;
import dev.offsync.model.RetryResult;
import dev.offsync.model.RevokeResult;
import dev.offsync.model.Rule;
import dev.offsync.model.RuleChanges;
import dev.offsync.model.RuleList;
import dev.offsync.model.Setting;
import dev.offsync.model.Strategy;
import java.time.Instant;
import java.util.List;

/** One result of every command, with the values that are hard to show. */
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
                RunSamples.push(),
                RunSamples.pushWithConflicts(),
                RunSamples.pushWithProblems(),
                RunSamples.pull(),
                RunSamples.sync(),
                RunSamples.status(),
                ConflictSamples.list(),
                ConflictSamples.detail(),
                ConflictSamples.resolve(false),
                ConflictSamples.resolve(true),
                RunSamples.purge(),
                RunSamples.check(),
                RunSamples.verify(),
                RunSamples.init(),
                RunSamples.printedSql(),
                new Version("1.0"),
                new Usage("Usage: offsync\n"));
    }
}
