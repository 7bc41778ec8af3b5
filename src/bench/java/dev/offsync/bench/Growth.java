package dev.offsync.bench;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/** What a few changes cost when much was done before: as many completed operations as there are rows in the tables. */
record Growth() implements Workload {
    private static final List<Long> SIZES = List.of(0L, 1_000_000L, 10_000_000L);

    private static final int FEW = 10;
    private static final int TIMES = 5;

    @Override
    public String name() {
        return "growth";
    }

    @Override
    public int rounds(int rounds) {
        return 1;
    }

    /** How much is behind, time by time. */
    static List<Long> sizes(Options options) {
        return SIZES.stream().map(size -> Math.round(size * options.growth())).toList();
    }

    static String push(long size) {
        return "push of 10 rows behind %,d operations".formatted(size);
    }

    static String pull(long size) {
        return "pull of 10 rows behind %,d operations".formatted(size);
    }

    static String idle(long size) {
        return "idle push behind %,d operations".formatted(size);
    }

    @Override
    public void round(Bench bench) throws SQLException {
        var transfer = new Transfer(name(), 0, Content.inserts(), List.of(), List.of());
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench)) {
            transfer.join(bench, "first", device, hub);
            long there = 0;
            for (long size : sizes(bench.options())) {
                grow(bench, device, hub, there, size);
                there = size;
                for (int time = 1; time <= TIMES; time++) {
                    measure(bench, size, device, hub, time);
                }
                bench.results().save();
            }
        }
    }

    private static void grow(Bench bench, TestDatabase device, TestDatabase hub, long from, long to)
            throws SQLException {
        for (long low = from; low < to; low += 100_000) {
            device.exec("INSERT INTO reading SELECT i, i % 500, i / 7.0, now(), 'reading ' || i"
                    + " FROM generate_series(" + (low + 1) + ", " + Math.min(to, low + 100_000) + ") AS i");
        }
        bench.program().run(device.address(), hub.address(), "push");
        for (TestDatabase side : new TestDatabase[] {device, hub}) {
            side.exec("VACUUM ANALYZE");
        }
        bench.stage().settle();
    }

    private static void measure(Bench bench, long size, TestDatabase device, TestDatabase hub, int time)
            throws SQLException {
        device.exec("INSERT INTO reading SELECT -i - " + time * FEW + ", 1, 1, now(), 'new' FROM generate_series(1, "
                + FEW + ") AS i ON CONFLICT (id) DO UPDATE SET value = reading.value + 1");
        bench.results().add(push(size), run(bench, device, hub, "push"));
        hub.exec("UPDATE reading SET value = value + 1 WHERE id < 0 AND id >= -" + (time + 1) * FEW + " AND id < -"
                + time * FEW);
        bench.results().add(pull(size), run(bench, device, hub, "pull"));
        bench.results().add(idle(size), run(bench, device, hub, "push"));
    }

    private static double run(Bench bench, TestDatabase device, TestDatabase hub, String command) {
        return bench.program().run(device.address(), hub.address(), command).seconds();
    }
}
