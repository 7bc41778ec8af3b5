package dev.offsync.ui;

import dev.offsync.model.CheckResult;
import dev.offsync.model.ConflictCounts;
import dev.offsync.model.Difference;
import dev.offsync.model.Finding;
import dev.offsync.model.IdRange;
import dev.offsync.model.InitResult;
import dev.offsync.model.OpenConflict;
import dev.offsync.model.PullResult;
import dev.offsync.model.PurgeResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.StatusReport;
import dev.offsync.model.SyncResult;
import dev.offsync.model.VerifiedTable;
import dev.offsync.model.VerifyResult;
import java.util.List;

/** Results of the commands that look at both databases, and of those that tell how a device does. */
public final class RunSamples {
    private RunSamples() {}

    public static PushResult push() {
        return new PushResult(12, 3, 2, 0, 0, 0, Samples.NONE, List.of(), 15L, 1234, false, List.of());
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
        return new PushResult(
                10, 0, 1, 2, failed, 2, Samples.NONE, List.of(), null, 80, false, List.of(Samples.PROBLEM));
    }

    public static PullResult pull() {
        return new PullResult(
                9, 5, 3, 1, 2, 0, 0, Samples.NONE, List.of(), false, true, -20L, 61_000, false, List.of());
    }

    public static SyncResult sync() {
        return new SyncResult(push(), pull(), 62_234);
    }

    public static StatusReport status() {
        var queue = new StatusReport.Queue(12, 0, 1, 2, 340, 2);
        var table = new StatusReport.Table("products", "both", 12, 1, 2, 100_000, Samples.NOW.minusSeconds(300), null);
        return new StatusReport(
                "till-7",
                true,
                "online",
                queue,
                Samples.NOW.minusSeconds(7200),
                2,
                Samples.NOW.minusSeconds(300),
                null,
                "the hub rejected 1 operation",
                -1500L,
                new StatusReport.HubBlocker(4711, "nightly report", Samples.NOW.minusSeconds(90_000)),
                List.of(table),
                List.of(new IdRange("products", "id", "products_id_seq", 1_000_001, 1_010_000, 2_500)),
                List.of(Samples.PROBLEM),
                4);
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
}
