package dev.offsync.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Figures in seconds by workload and way. They are kept in a file, so that a benchmark can be run in pieces: a workload
 * that is measured again replaces its figures, the others stay.
 */
final class Results {
    private final Path file;
    private final TreeMap<String, List<Double>> figures = new TreeMap<>();
    private final Set<String> ofThisRun = new HashSet<>();

    Results(Path directory) {
        this.file = directory.resolve("figures.tsv");
        try {
            Files.createDirectories(directory);
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    String[] fields = line.split("\t", -1);
                    figures.put(
                            fields[0],
                            Arrays.stream(fields[1].split(" ", -1))
                                    .map(Double::valueOf)
                                    .collect(Collectors.toCollection(ArrayList::new)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void add(String workload, Way way, double seconds) {
        add(key(workload, way), seconds);
    }

    /** Adds a figure under a name of its own. */
    void add(String name, double value) {
        if (ofThisRun.add(name)) {
            figures.remove(name);
        }
        figures.computeIfAbsent(name, none -> new ArrayList<>()).add(value);
        System.out.printf("  %-40s %8.3f%n", name, value);
    }

    OptionalDouble median(String workload, Way way) {
        return median(key(workload, way));
    }

    OptionalDouble median(String name) {
        double[] sorted = figures.getOrDefault(name, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return OptionalDouble.empty();
        }
        int middle = sorted.length / 2;
        return OptionalDouble.of(sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
    }

    void save() {
        List<String> lines = figures.entrySet().stream()
                .map(entry -> entry.getKey() + "\t"
                        + entry.getValue().stream().map(String::valueOf).collect(Collectors.joining(" ")))
                .toList();
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String key(String workload, Way way) {
        return workload + "/" + way.name().toLowerCase(java.util.Locale.ROOT);
    }
}
