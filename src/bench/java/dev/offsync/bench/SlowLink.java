package dev.offsync.bench;

import dev.offsync.testing.FaultProxy;
import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** The link to the hub takes 50 ms each way. */
record SlowLink(long rows) implements Workload {
    static final String SMALL_PUSH = "push of one row over a 50 ms link";
    static final String IDLE_PULL = "idle pull over a 50 ms link";
    private static final Duration ONE_WAY = Duration.ofMillis(50);
    private static final int FEW = 20;

    @Override
    public String name() {
        return "link";
    }

    @Override
    public void round(Bench bench) throws SQLException {
        long n = bench.options().rows(rows);
        var transfer = new Transfer(name(), rows, Content.inserts(), List.of(), List.of());
        bench.results().add(name(), Way.COPY, copy(bench, transfer, n));
        bench.results().add(name(), Way.REPLICATION, replication(bench, transfer, n));
        bench.results().add(name(), Way.NAIVE, naive(bench, transfer, n));
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench);
                var link = FaultProxy.before(hub.address()).latency(ONE_WAY)) {
            transfer.join(bench, "first", device, hub);
            Transfer.change(device, transfer.content().change().apply(n));
            bench.stage().settle();
            bench.results().add(name(), Way.OFFSYNC, run(bench, device, link, "push"));
            transfer.requireSame(device, hub);
            device.exec("UPDATE reading SET value = 0 WHERE id = 1");
            bench.results().add(SMALL_PUSH, run(bench, device, link, "push"));
            bench.results().add(IDLE_PULL, run(bench, device, link, "pull"));
        }
    }

    private static double run(Bench bench, TestDatabase device, FaultProxy link, String command) {
        return bench.program().run(device.address(), link.address(), command).seconds();
    }

    private static double copy(Bench bench, Transfer transfer, long n) throws SQLException {
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench);
                var link = FaultProxy.before(hub.address()).latency(ONE_WAY)) {
            Transfer.change(device, transfer.content().fill().apply(n));
            var far = new TestDatabase(hub.server(), link.address());
            return PlainCopy.seconds(device, far, transfer.content().tables());
        }
    }

    private static double replication(Bench bench, Transfer transfer, long n) throws SQLException {
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench);
                var link = FaultProxy.before(device.address()).latency(ONE_WAY)) {
            return Replication.catchUp(
                    device,
                    hub,
                    link.address(),
                    () -> Transfer.change(device, transfer.content().change().apply(n)));
        }
    }

    private static double naive(Bench bench, Transfer transfer, long n) throws SQLException {
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench);
                var link = FaultProxy.before(hub.address()).latency(ONE_WAY)) {
            Naive.capture(device, transfer.content().tables());
            device.exec(
                    "INSERT INTO reading SELECT i, 1, 1, now(), 'reading' FROM generate_series(1, " + FEW + ") AS i");
            return Naive.secondsPerOperation(device, link.address(), Long.MAX_VALUE) * n;
        }
    }
}
