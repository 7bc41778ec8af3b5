package dev.offsync.bench;

import java.sql.SQLException;
import java.util.List;

/**
 * Rows that one device has pushed come down to another, which was there before, and to one that is new. Replication's
 * figure for the first is that of {@code inserts}: the same rows in the other direction.
 */
record Pull(long rows) implements Workload {
    private static final String INITIAL = "initial";

    @Override
    public String name() {
        return "pull";
    }

    @Override
    public void round(Bench bench) throws SQLException {
        long n = bench.options().rows(rows);
        var transfer = new Transfer(name(), rows, Content.inserts(), List.of(), List.of());
        double copy = transfer.copy(bench, n);
        bench.results().add(name(), Way.COPY, copy);
        bench.results().add(INITIAL, Way.COPY, copy);
        bench.results().add(INITIAL, Way.REPLICATION, initialCopy(bench, transfer, n));
        try (var first = transfer.device(bench);
                var second = transfer.device(bench);
                var third = transfer.device(bench);
                var hub = transfer.hub(bench)) {
            transfer.join(bench, "first", first, hub);
            transfer.join(bench, "second", second, hub);
            Transfer.change(first, transfer.content().change().apply(n));
            bench.program().run(first.address(), hub.address(), "push");
            bench.stage().settle();
            bench.results()
                    .add(
                            name(),
                            Way.OFFSYNC,
                            bench.program()
                                    .run(second.address(), hub.address(), "pull")
                                    .seconds());
            transfer.requireSame(second, hub);
            bench.program().run(third.address(), hub.address(), "init", "--tables", "reading", "--id-ranges", "off");
            bench.stage().settle();
            bench.results()
                    .add(
                            INITIAL,
                            Way.OFFSYNC,
                            bench.program()
                                    .run(third.address(), hub.address(), "pull")
                                    .seconds());
            transfer.requireSame(third, hub);
        }
    }

    private static double initialCopy(Bench bench, Transfer transfer, long n) throws SQLException {
        try (var hub = transfer.hub(bench);
                var device = transfer.device(bench)) {
            Transfer.change(hub, transfer.content().fill().apply(n));
            bench.stage().settle();
            double seconds = Replication.initialCopy(hub, device);
            transfer.requireSame(hub, device);
            return seconds;
        }
    }
}
