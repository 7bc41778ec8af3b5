package dev.offsync.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The figures as a table in Markdown, for README; {@link Chart} draws the same. */
final class Report {
    private static final Path README = Path.of("README.md");
    private static final Path SHOWN = Path.of("src/bench/results");
    private static final Pattern BLOCK = Pattern.compile("(?s)(<!-- benchmark -->\n).*(<!-- end of benchmark -->)");

    private final Options options;
    private final Results results;
    private final String machine;

    /** @param machine what it was measured on, in words */
    Report(Options options, Results results, String machine) {
        this.options = options;
        this.results = results;
        this.machine = machine;
    }

    /** Puts table and chart where README shows them from. */
    void publish() {
        try {
            Files.createDirectories(SHOWN);
            for (String file : List.of("benchmark.md", "benchmark.svg", "figures.tsv")) {
                Files.copy(options.out().resolve(file), SHOWN.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            String table = Matcher.quoteReplacement(Files.readString(SHOWN.resolve("benchmark.md")));
            String readme = Files.readString(README);
            Files.writeString(README, BLOCK.matcher(readme).replaceFirst("$1" + table + "$2"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes benchmark.md and benchmark.svg. */
    void write() {
        try {
            Files.writeString(options.out().resolve("benchmark.md"), table());
            Files.writeString(options.out().resolve("benchmark.svg"), new Chart(options, results).svg());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String table() {
        var text =
                new StringBuilder(options.inWords()).append(' ').append(machine).append("\n\n");
        text.append(
                "| what | plain COPY | logical replication | one at a time | offsync | to replication | target |\n");
        text.append("|---|---|---|---|---|---|---|\n");
        for (Line line : Line.MOVING) {
            if (line.ratio(results, Way.OFFSYNC).isPresent()) {
                text.append(moving(line));
            }
        }
        append(
                text,
                "| capture, to the same without triggers | row trigger with jsonb | offsync | target |",
                capture());
        append(text, "| whole process | seconds |", seconds());
        return text.toString();
    }

    private String moving(Line line) {
        OptionalDouble replication = line.ratio(results, Way.REPLICATION);
        if (line.figure().equals("pull")) {
            // the same rows in the other direction
            replication = Line.MOVING.get(0).ratio(results, Way.REPLICATION);
        }
        OptionalDouble offsync = line.ratio(results, Way.OFFSYNC);
        String share = replication.isEmpty() || offsync.isEmpty()
                ? ""
                : number(offsync.getAsDouble() / replication.getAsDouble());
        return row(
                line.title(options),
                seconds(results.median(line.figure(), Way.COPY)),
                times(replication),
                times(line.ratio(results, Way.NAIVE)),
                times(offsync),
                share,
                line.target());
    }

    private List<String> capture() {
        var rows = new ArrayList<String>();
        for (Capture.Style style : Capture.Style.values()) {
            OptionalDouble bare = results.median(Capture.bare(style));
            OptionalDouble naive = results.median(style.title(), Way.NAIVE);
            OptionalDouble offsync = results.median(style.title(), Way.OFFSYNC);
            if (bare.isPresent() && naive.isPresent() && offsync.isPresent()) {
                rows.add(row(
                        style.title(),
                        number(naive.getAsDouble() / bare.getAsDouble()),
                        number(offsync.getAsDouble() / bare.getAsDouble()),
                        style.target()));
            }
        }
        return rows;
    }

    private List<String> seconds() {
        var names = new ArrayList<String>();
        names.add(StartUp.BARE);
        for (String command : StartUp.COMMANDS) {
            names.add(StartUp.jar(command));
            names.add(StartUp.launcher(command));
        }
        names.add(SlowLink.SMALL_PUSH);
        names.add(SlowLink.IDLE_PULL);
        for (long size : Growth.sizes(options)) {
            names.addAll(List.of(Growth.push(size), Growth.pull(size), Growth.idle(size)));
        }
        names.add(Conflicts.PLAIN);
        names.add(Conflicts.SETTLED);
        return names.stream()
                .filter(name -> results.median(name).isPresent())
                .map(name -> row(name, seconds(results.median(name))))
                .collect(Collectors.toList());
    }

    private static void append(StringBuilder text, String heading, List<String> rows) {
        if (!rows.isEmpty()) {
            text.append('\n').append(heading).append('\n');
            text.append("|---"
                            .repeat((int) heading.chars().filter(c -> c == '|').count() - 1))
                    .append("|\n");
            rows.forEach(text::append);
        }
    }

    private static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String seconds(OptionalDouble value) {
        return value.isEmpty() ? "" : String.format(Locale.ROOT, "%.2f s", value.getAsDouble());
    }

    private static String times(OptionalDouble value) {
        return value.isEmpty() ? "" : number(value.getAsDouble());
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 20 ? "%.2f" : "%.0f", value);
    }
}
