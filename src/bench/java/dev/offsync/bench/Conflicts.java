package dev.offsync.bench;

import java.sql.SQLException;
import java.util.List;

/** A thousand rows changed on both sides, settled by a rule and sent in the same run, beside a thousand that only the device changed. */
record Conflicts(long rows) implements Workload {
    static final String PLAIN = "push of 1,000 plain rows";
    static final String SETTLED = "push of 1,000 rows in conflict, settled by a rule";

    @Override
    public String name() {
        return "conflicts";
    }

    @Override
    public void round(Bench bench) throws SQLException {
        bench.results().add(PLAIN, push(bench, false));
        bench.results().add(SETTLED, push(bench, true));
    }

    private double push(Bench bench, boolean conflicts) throws SQLException {
        long n = rows; // at every scale, as the figure says
        var transfer = new Transfer(name(), rows, Content.updates(), List.of(), List.of());
        try (var device = transfer.device(bench);
                var hub = transfer.hub(bench)) {
            transfer.seed(n, device, hub);
            transfer.join(bench, "first", device, hub);
            if (conflicts) {
                hub.exec("UPDATE reading SET value = value + 2");
            }
            Transfer.change(device, transfer.content().change().apply(n));
            bench.stage().settle();
            double seconds =
                    bench.program().run(device.address(), hub.address(), "push").seconds();
            transfer.requireSame(device, hub);
            return seconds;
        }
    }
}
