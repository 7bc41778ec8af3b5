package dev.offsync.ui;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers, times and spans as a sentence wants them. */
final class Words {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Words() {}

    /** "1 operation", "2 operations". */
    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** The time in UTC to the second, or "never". */
    static String time(@Nullable Instant instant) {
        return instant == null ? "never" : SECONDS.format(instant);
    }

    /** A duration in its one or two largest units. */
    static String span(long milliseconds) {
        if (milliseconds < 1000) {
            return milliseconds + " ms";
        }
        if (milliseconds < 60_000) {
            return String.format(Locale.ROOT, "%.1f s", milliseconds / 1000.0);
        }
        long minutes = milliseconds / 60_000;
        return minutes < 60
                ? minutes + " min " + milliseconds / 1000 % 60 + " s"
                : minutes / 60 + " h " + minutes % 60 + " min";
    }

    /** How long ago {@code instant} was, in one unit short enough for a table. */
    static String age(@Nullable Instant instant, Instant now) {
        if (instant == null) {
            return "never";
        }
        long seconds = Math.max(0, Duration.between(instant, now).toSeconds());
        if (seconds < 60) {
            return seconds + "s ago";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m ago";
        }
        return seconds < 86_400 ? seconds / 3600 + "h ago" : seconds / 86_400 + "d ago";
    }
}
