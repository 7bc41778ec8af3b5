package dev.offsync.bench;

import java.sql.SQLException;
import java.util.List;

/** {@code mvn verify -Pbench}: measures what {@link Options} ask for and writes the report. */
public final class Benchmark {
    private static final List<Way> ALL = List.of(Way.values());

    private static final List<Workload> WORKLOADS = List.of(
            new Transfer("inserts", 500_000, Content.inserts(), List.of(), ALL),
            new Transfer(
                    "sensors", 500_000, Content.inserts(), List.of("--direction", "push"), List.of(Way.REPLICATION)),
            new Pull(500_000),
            new Transfer("updates", 250_000, Content.updates(), List.of(), ALL),
            new Transfer("hot-rows", 20_000, Content.hotRows(), List.of(), ALL),
            new Transfer("deletes", 250_000, Content.deletes(), List.of(), ALL),
            new Transfer("columns", 50_000, Content.columns(), List.of(), ALL),
            new Transfer("texts", 1_000, Content.texts(), List.of(), ALL),
            new Transfer("mix", 100_000, Content.mix(), List.of(), ALL),
            new Conflicts(1_000),
            new Capture(),
            new StartUp(),
            new SlowLink(20_000),
            new Growth());

    private Benchmark() {}

    public static void main(String[] arguments) throws SQLException {
        Options options = Options.ofSystemProperties();
        var results = new Results(options.out());
        try (var stage = new Stage(options.fsync());
                var program = new Program()) {
            var bench = new Bench(options, stage, program, results);
            var report = new Report(options, results, stage.machine());
            for (Workload workload : WORKLOADS) {
                if (options.workloads().isEmpty() || options.workloads().contains(workload.name())) {
                    for (int round = 1; round <= workload.rounds(options.rounds()); round++) {
                        System.out.println(workload.name() + ", round " + round);
                        workload.round(bench);
                        results.save();
                        report.write();
                    }
                }
            }
            if (options.publish()) {
                report.publish();
            }
        }
    }
}
