package dev.offsync.bench;

import dev.offsync.testing.TestDatabase;
import java.sql.SQLException;
import java.util.List;

/** What writing costs the application on the device: without triggers, with the naive way's, with offsync's. */
record Capture() implements Workload {
    /** A way to write, by its name in the report, and how many rows it writes at scale 1. */
    enum Style {
        STATEMENTS("capture of 100-row statements", 200_000, "2.0") {
            @Override
            void write(TestDatabase device, long rows) throws SQLException {
                Transfer.change(device, Content.inserts().change().apply(rows));
            }
        },
        LOOP("capture of 1-row statements", 100_000, "2.2") {
            @Override
            void write(TestDatabase device, long rows) throws SQLException {
                Transfer.change(device, Content.oneByOne(rows, 100, """
                        INSERT INTO reading VALUES (i, i % 500, i / 7.0, now(), 'reading ' || i)"""));
            }
        },
        TRANSACTIONS("capture of 1-row transactions", 5_000, "1.15") {
            @Override
            void write(TestDatabase device, long rows) throws SQLException {
                try (var connection = device.connect();
                        var setting = connection.createStatement();
                        var insert = connection.prepareStatement(
                                "INSERT INTO reading VALUES (?, 1, 1.5, now(), 'reading')")) {
                    setting.execute("SET synchronous_commit = off");
                    for (long id = 1; id <= rows; id++) {
                        insert.setLong(1, id);
                        insert.executeUpdate();
                    }
                }
            }
        };

        private final String title;
        private final long rows;
        private final String target;

        Style(String title, long rows, String target) {
            this.title = title;
            this.rows = rows;
            this.target = target;
        }

        String title() {
            return title;
        }

        /** How much dearer offsync may make it. */
        String target() {
            return target;
        }

        abstract void write(TestDatabase device, long rows) throws SQLException;
    }

    /** The key of a style's figure without any trigger. */
    static String bare(Style style) {
        return style.title() + "/bare";
    }

    @Override
    public String name() {
        return "capture";
    }

    @Override
    public void round(Bench bench) throws SQLException {
        for (Style style : Style.values()) {
            var transfer = new Transfer(name(), style.rows, Content.inserts(), List.of(), List.of());
            long n = bench.options().rows(style.rows);
            try (var bare = transfer.device(bench);
                    var naive = transfer.device(bench);
                    var device = transfer.device(bench);
                    var hub = transfer.hub(bench)) {
                Naive.capture(naive, transfer.content().tables());
                transfer.join(bench, "first", device, hub);
                bench.results().add(bare(style), seconds(bench, style, bare, n));
                bench.results().add(style.title(), Way.NAIVE, seconds(bench, style, naive, n));
                bench.results().add(style.title(), Way.OFFSYNC, seconds(bench, style, device, n));
            }
        }
    }

    private static double seconds(Bench bench, Style style, TestDatabase device, long rows) throws SQLException {
        bench.stage().settle();
        long start = System.nanoTime();
        style.write(device, rows);
        return (System.nanoTime() - start) / 1e9;
    }
}
