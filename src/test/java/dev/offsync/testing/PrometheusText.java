package dev.offsync.testing;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prometheus's text format, read as strictly as its description has it: each metric has one HELP and one TYPE, in this
 * order and before its samples, which stand together; no sample comes twice; the text ends with a newline.
 */
public final class PrometheusText {
    private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
    private static final Pattern HELP = Pattern.compile("# HELP (" + NAME + ") (.+)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") (gauge|counter)");
    private static final Pattern SAMPLE = Pattern.compile("(" + NAME + ")(?:\\{(.*)})? (-?[0-9]+(?:\\.[0-9]+)?)");
    private static final Pattern LABEL =
            Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\n]|\\\\[\\\\\"n])*)\"(,|$)");

    private final Map<String, Double> samples = new LinkedHashMap<>();
    private final Set<String> finished = new HashSet<>();
    private String helped = "";
    private String typed = "";

    private PrometheusText() {}

    /** The samples of {@code text} by name and labels, as in {@code up{job="a",zone="b"}}, labels in alphabetical order. */
    public static Map<String, Double> parse(String text) {
        if (!text.endsWith("\n")) {
            throw new AssertionError("the last line does not end: " + text);
        }
        var parser = new PrometheusText();
        text.lines().forEach(parser::line);
        return parser.samples;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher type = TYPE.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (help.matches()) {
            helped = help.group(1);
            require(finished.add(helped), "a second HELP", line);
        } else if (type.matches()) {
            typed = type.group(1);
            require(typed.equals(helped), "TYPE without HELP", line);
        } else {
            require(sample.matches(), "not a line of the format", line);
            require(sample.group(1).equals(typed), "a sample outside of its metric", line);
            String labels =
                    sample.group(2) == null ? "" : labels(sample.group(2), line).toString();
            Double before = samples.put(sample.group(1) + labels, Double.valueOf(sample.group(3)));
            require(before == null, "a second sample", line);
        }
    }

    private static Map<String, String> labels(String text, String line) {
        var labels = new TreeMap<String, String>();
        Matcher label = LABEL.matcher(text);
        int end = 0;
        while (end < text.length()) {
            require(label.find(end) && label.start() == end, "malformed labels", line);
            labels.put(label.group(1), label.group(2));
            end = label.end();
        }
        return labels;
    }

    private static void require(boolean holds, String complaint, String line) {
        if (!holds) {
            throw new AssertionError(complaint + ": " + line);
        }
    }
}
