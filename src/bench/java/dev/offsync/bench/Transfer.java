package dev.offsync.bench;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Changes made on a device and brought to the hub, in all four ways.
 *
 * @param rows the number of operations at scale 1
 * @param options what offsync init is told beside the tables
 * @param ways all but the unit, which is always measured
 */
record Transfer(String name, long rows, Content content, List<String> options, List<Way> ways) implements Workload {
    /** The naive way takes a part of the operations, and its time per operation is multiplied. */
    private static final int NAIVE_PART = 50;

    @Override
    public void round(Bench bench) throws SQLException {
        long n = bench.options().rows(rows);
        bench.results().add(name, Way.COPY, copy(bench, n));
        if (ways.contains(Way.REPLICATION)) {
            bench.results().add(name, Way.REPLICATION, replication(bench, n));
        }
        if (ways.contains(Way.NAIVE)) {
            bench.results().add(name, Way.NAIVE, naive(bench, n));
        }
        bench.results().add(name, Way.OFFSYNC, push(bench, n));
    }

    double copy(Bench bench, long n) throws SQLException {
        try (var device = device(bench);
                var hub = hub(bench)) {
            change(device, content.fill().apply(n));
            bench.stage().settle();
            return PlainCopy.seconds(device, hub, content.tables());
        }
    }

    private double replication(Bench bench, long n) throws SQLException {
        try (var device = device(bench);
                var hub = hub(bench)) {
            seed(n, device, hub);
            double seconds = Replication.catchUp(device, hub, device.address(), () -> {
                change(device, content.change().apply(n));
                bench.stage().settle();
            });
            requireSame(device, hub);
            return seconds;
        }
    }

    private double naive(Bench bench, long n) throws SQLException {
        long part = Math.max(100, n / NAIVE_PART / 100 * 100);
        try (var device = device(bench);
                var hub = hub(bench)) {
            seed(part, device, hub);
            Naive.capture(device, content.tables());
            change(device, content.change().apply(part));
            bench.stage().settle();
            return Naive.secondsPerOperation(device, hub.address(), Long.MAX_VALUE) * n;
        }
    }

    private double push(Bench bench, long n) throws SQLException {
        try (var device = device(bench);
                var hub = hub(bench)) {
            seed(n, device, hub);
            join(bench, "first", device, hub);
            change(device, content.change().apply(n));
            bench.stage().settle();
            double seconds = bench.program()
                    .run(device.address(), hub.address(), "push", "--allow-mass-delete")
                    .seconds();
            requireSame(device, hub);
            return seconds;
        }
    }

    /** Makes a device of {@code device}, in step with the hub. */
    void join(Bench bench, String name, TestDatabase device, TestDatabase hub) {
        var arguments = new ArrayList<>(List.of(
                "init", "--device", name, "--tables", String.join(",", content.tables()), "--id-ranges", "off"));
        arguments.addAll(options);
        bench.program().run(device.address(), hub.address(), arguments.toArray(String[]::new));
        bench.program().run(device.address(), hub.address(), "sync");
    }

    TestDatabase device(Bench bench) throws SQLException {
        TestDatabase database = bench.stage().device();
        database.exec(content.schema());
        return database;
    }

    TestDatabase hub(Bench bench) throws SQLException {
        TestDatabase database = bench.stage().hub();
        database.exec(content.schema());
        return database;
    }

    void seed(long n, TestDatabase... sides) throws SQLException {
        String sql = content.seed().apply(n);
        if (!sql.isEmpty()) {
            for (TestDatabase side : sides) {
                side.exec(sql);
            }
        }
    }

    /** A statement that commits is to be the only one of its string. */
    static void change(TestDatabase database, String sql) throws SQLException {
        try (var session = database.open()) {
            session.exec("SET synchronous_commit = off");
            session.exec(sql);
        }
    }

    void requireSame(TestDatabase one, TestDatabase other) throws SQLException {
        for (String table : content.tables()) {
            String question = "SELECT count(*), sum(hashtextextended(t::text, 0)::numeric) FROM " + table + " AS t";
            List<String> here = one.rows(question);
            if (!Objects.equals(here, other.rows(question))) {
                throw new IllegalStateException(name + ": " + table + " is not the same on both sides");
            }
        }
    }
}
