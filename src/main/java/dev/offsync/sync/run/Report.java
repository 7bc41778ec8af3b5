package dev.offsync.sync.run;

import dev.offsync.local.queue.QueueCounts;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a contact leaves at the hub for the view of the fleet. */
public final class Report {
    /** From the jar's manifest; classes run without a jar have none. */
    private static final String VERSION =
            Objects.requireNonNullElse(Report.class.getPackage().getImplementationVersion(), "development");

    private Report() {}

    /** After a pull the hub also learns up to where the device had seen every table before; null: not all of them yet. */
    public static String afterPull(
            QueueCounts.Counts counts, int conflicts, @Nullable Long skewMs, @Nullable String cursor) {
        String json = json(counts, conflicts, skewMs);
        return json.substring(0, json.length() - 1) + ", \"pulled\": true"
                + (cursor == null ? "" : ", \"cursor\": \"" + cursor + "\"") + "}";
    }

    public static String json(QueueCounts.Counts counts, int conflicts, @Nullable Long skewMs) {
        return "{\"pending\": " + counts.pending() + ", \"failed\": " + counts.failed() + ", \"conflicts\": "
                + conflicts + ", \"clock_skew_ms\": " + skewMs + ", \"version\": \"" + VERSION + "\"}";
    }
}
