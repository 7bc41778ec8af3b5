package dev.offsync.sync.run;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Gauges in the text format that Prometheus reads (prometheus.io/docs/instrumenting/exposition_formats). The gauges of a
 * run carry its command's name; those of other commands are taken over from the text that is replaced, so that a look at
 * the status does not hide how the last sync ended.
 */
final class MetricsText {
    private static final Pattern OF_A_RUN = Pattern.compile("(offsync_run_[a-z_]+)\\{command=\"([^\"]*)\".*");

    private final String command;
    private final Map<String, List<String>> others = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    /** @param former the lines of the text that this one replaces */
    MetricsText(String command, List<String> former) {
        this.command = command;
        for (String line : former) {
            Matcher sample = OF_A_RUN.matcher(line);
            if (sample.matches() && !sample.group(2).equals(command)) {
                others.computeIfAbsent(sample.group(1), name -> new ArrayList<>())
                        .add(line);
            }
        }
    }

    /** A gauge of the device. */
    MetricsText gauge(String name, String help, BigDecimal value) {
        head("offsync_" + name, help);
        sample("offsync_" + name, Map.of(), value);
        return this;
    }

    /** A gauge of the device with one value for each of a label's. */
    MetricsText gauges(String name, String help, String label, Map<String, Long> values) {
        head("offsync_" + name, help);
        values.forEach((word, value) -> sample("offsync_" + name, Map.of(label, word), BigDecimal.valueOf(value)));
        return this;
    }

    /** A gauge of this run, beside those of the last runs of other commands. */
    MetricsText ofRun(String name, String help, BigDecimal value) {
        return ofRun(name, help, "", Map.of("", value));
    }

    /** A gauge of this run with one value for each of a label's. */
    MetricsText ofRun(String name, String help, String label, Map<String, BigDecimal> values) {
        String full = "offsync_run_" + name;
        head(full, help);
        values.forEach((word, value) -> {
            var labels = new LinkedHashMap<String, String>();
            labels.put("command", command);
            if (!label.isEmpty()) {
                labels.put(label, word);
            }
            sample(full, labels, value);
        });
        others.getOrDefault(full, List.of()).forEach(line -> text.append(line).append('\n'));
        return this;
    }

    private void head(String name, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(" gauge\n");
    }

    private void sample(String name, Map<String, String> labels, BigDecimal value) {
        text.append(name);
        if (!labels.isEmpty()) {
            var pairs = new ArrayList<String>();
            labels.forEach((label, word) -> pairs.add(label + "=\"" + escaped(word) + '"'));
            text.append('{').append(String.join(",", pairs)).append('}');
        }
        text.append(' ').append(value.toPlainString()).append('\n');
    }

    private static String escaped(String word) {
        return word.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
