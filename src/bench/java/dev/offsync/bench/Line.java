package dev.offsync.bench;

import java.util.List;
import java.util.OptionalDouble;

/**
 * A line of the report about rows that are moved.
 *
 * @param figure the name that its figures have
 * @param title with a place for the number of rows
 * @param rows at scale 1
 * @param target what issue and design ask of offsync, in words
 */
record Line(String figure, String title, long rows, String target) {
    static final List<Line> MOVING = List.of(
            new Line("inserts", "push of %,d inserts", 500_000, "2.0 × replication"),
            new Line("sensors", "the same, `--direction push`", 500_000, "1.0 × replication"),
            new Line("updates", "push of %,d updates", 250_000, "1.2 × replication"),
            new Line("hot-rows", "push of %,d updates of 100 rows", 20_000, ""),
            new Line("deletes", "push of %,d deletes", 250_000, ""),
            new Line("columns", "push of %,d rows of 30 columns", 50_000, ""),
            new Line("texts", "push of %,d texts of 100 KB", 1_000, ""),
            new Line("mix", "push of %,d operations on 20 tables", 100_000, ""),
            new Line("pull", "pull of %,d rows", 500_000, "5 × COPY"),
            new Line("initial", "first pull of %,d rows", 500_000, "2 × COPY + start"),
            new Line("link", "push of %,d inserts over a 50 ms link", 20_000, ""));

    String title(Options options) {
        return title.contains("%") ? title.formatted(options.rows(rows)) : title;
    }

    OptionalDouble ratio(Results results, Way way) {
        OptionalDouble copy = results.median(figure, Way.COPY);
        OptionalDouble own = results.median(figure, way);
        return copy.isPresent() && own.isPresent()
                ? OptionalDouble.of(own.getAsDouble() / copy.getAsDouble())
                : OptionalDouble.empty();
    }
}
