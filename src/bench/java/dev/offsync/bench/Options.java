package dev.offsync.bench;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a run of the benchmark is asked for, by system properties.
 *
 * @param scale a factor for the number of rows, {@code bench.scale}; 1 is what the report in README shows
 * @param rounds how often each way is measured, {@code bench.rounds}
 * @param workloads names of workloads, {@code bench.workloads}; all of them where it is empty
 * @param out the folder that the figures and the report go to, {@code bench.out}
 * @param fsync whether the servers flush to disk, {@code bench.fsync}
 */
record Options(double scale, int rounds, Set<String> workloads, Path out, boolean fsync) {
    static Options ofSystemProperties() {
        String names = System.getProperty("bench.workloads", "");
        return new Options(
                Double.parseDouble(System.getProperty("bench.scale", "1")),
                Integer.getInteger("bench.rounds", 3),
                names.isBlank()
                        ? Set.of()
                        : new LinkedHashSet<>(List.of(names.strip().split("\\s*,\\s*"))),
                Path.of(System.getProperty("bench.out", "target/bench")),
                Boolean.parseBoolean(System.getProperty("bench.fsync", "true")));
    }

    /** {@code rows} at this run's scale, a multiple of 100. */
    long rows(long rows) {
        return Math.max(100, Math.round(rows * scale / 100) * 100);
    }
}
