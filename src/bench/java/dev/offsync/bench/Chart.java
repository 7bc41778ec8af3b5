package dev.offsync.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Bars in units of a plain COPY on a logarithmic scale, as SVG. */
final class Chart {
    private static final int WIDTH = 820;
    private static final int LEFT = 270;
    private static final int BAR = 11;
    private static final int GAP = 14;
    private static final int TOP = 46;
    private static final double DECADES = 3.3;
    private static final Map<Way, String> COLOURS =
            Map.of(Way.OFFSYNC, "#0b6e4f", Way.REPLICATION, "#5b8ac5", Way.NAIVE, "#b9b9b9");
    private static final List<Way> WAYS = List.of(Way.OFFSYNC, Way.REPLICATION, Way.NAIVE);

    private final Options options;
    private final Results results;
    private final StringBuilder svg = new StringBuilder();
    private int y = TOP;

    Chart(Options options, Results results) {
        this.options = options;
        this.results = results;
    }

    String svg() {
        for (Line line : Line.MOVING) {
            if (line.ratio(results, Way.OFFSYNC).isPresent()) {
                draw(line);
            }
        }
        String bars = svg.toString();
        svg.setLength(0);
        axis();
        legend();
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">
                <title>offsync, logical replication and one operation at a time, in units of a plain COPY</title>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                %s%s</svg>
                """.formatted(WIDTH, y + 8, svg, bars);
    }

    private void draw(Line line) {
        text(LEFT - 8, y + 2 * BAR - 4, "end", line.title(options).replace("`", ""));
        for (Way way : WAYS) {
            OptionalDouble ratio = line.ratio(results, way);
            if (ratio.isPresent()) {
                double length = x(ratio.getAsDouble()) - LEFT;
                svg.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                        LEFT,
                        y,
                        Math.max(1, length),
                        BAR - 1,
                        COLOURS.get(way)));
                text(LEFT + (int) Math.max(1, length) + 4, y + BAR - 2, "start", shortened(ratio.getAsDouble()));
                y += BAR;
            }
        }
        y += GAP;
    }

    private void axis() {
        for (int unit = 1; unit <= 1000; unit *= 10) {
            int at = (int) x(unit);
            svg.append(String.format(
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#dddddd\"/>%n", at, TOP - 8, at, y));
            text(at, TOP - 12, "middle", unit + " ×");
        }
    }

    private void legend() {
        int at = LEFT;
        for (Way way : WAYS) {
            svg.append("<rect x=\"%d\" y=\"6\" width=\"10\" height=\"10\" fill=\"%s\"/>%n"
                    .formatted(at, COLOURS.get(way)));
            text(at + 14, 15, "start", way.title());
            at += 150;
        }
        text(8, 15, "start", "time, in units of a plain COPY");
    }

    private void text(int x, int y, String anchor, String content) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\" fill=\"#222222\">%s</text>%n"
                .formatted(x, y, anchor, content));
    }

    /** The place of a ratio on the axis; what is faster than a COPY has no length. */
    private static double x(double ratio) {
        return LEFT + Math.max(0, Math.log10(ratio)) / DECADES * (WIDTH - LEFT - 40);
    }

    private static String shortened(double ratio) {
        return String.format(Locale.ROOT, ratio < 20 ? "%.1f" : "%.0f", ratio);
    }
}
