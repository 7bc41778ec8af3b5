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
 * @param growth a factor for the millions of operations of the workload of that name, {@code bench.growth}; the scale
 *     where it is not given
 * @param publish whether the report goes to README and the folder that README shows it from, {@code bench.publish}
 */
record Options(
        double scale, int rounds, Set<String> workloads, Path out, boolean fsync, double growth, boolean publish) {
    static Options ofSystemProperties() {
        String names = System.getProperty("bench.workloads", "");
        String scale = System.getProperty("bench.scale", "1");
        String growth = System.getProperty("bench.growth", "");
        return new Options(
                Double.parseDouble(scale),
                Integer.getInteger("bench.rounds", 3),
                names.isBlank()
                        ? Set.of()
                        : new LinkedHashSet<>(List.of(names.strip().split("\\s*,\\s*"))),
                Path.of(System.getProperty("bench.out", "target/bench")),
                Boolean.parseBoolean(System.getProperty("bench.fsync", "true")),
                Double.parseDouble(growth.isBlank() ? scale : growth),
                Boolean.getBoolean("bench.publish"));
    }

    /** {@code rows} at this run's scale, a multiple of 100. */
    long rows(long rows) {
        return Math.max(100, Math.round(rows * scale / 100) * 100);
    }

    /** The command and what its figures are, for the head of the report. */
    String inWords() {
        String command = "mvn verify -Pbench" + (scale == 1 ? "" : " -Dbench.scale=" + scale)
                + (growth == scale ? "" : " -Dbench.growth=" + growth)
                + (rounds == 3 ? "" : " -Dbench.rounds=" + rounds)
                + (fsync ? "" : " -Dbench.fsync=false");
        String size = scale == 1 ? "at full size" : "at " + scale + " of the full size, where start-up weighs more";
        return "`" + command + "`, " + size + ": "
                + (rounds == 1 ? "one round" : "medians of " + rounds + " rounds") + ", fsync " + (fsync ? "on" : "off")
                + ".";
    }
}
