package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write them: {@code 0s}, {@code 90s}, {@code 5m}, {@code 12h}, {@code 7d}; seconds if bare. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d{1,10})([smhd]?)");

    private Durations() {}

    /**
     * The duration that {@code text} stands for.
     *
     * @throws OffsyncException reason CONFIG, where the text has no such form
     */
    public static Duration parse(String text) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "\"" + text + "\" is not a duration",
                    "write a whole number with s, m, h or d, as in 90s, 5m, 12h or 7d; a bare number is seconds");
        }
        long amount = Long.parseLong(form.group(1));
        return switch (form.group(2)) {
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /** {@code duration} in the greatest unit that holds it without a remainder; {@link #parse} reads it back. */
    public static String format(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds == 0) {
            return "0s";
        }
        if (seconds % 86_400 == 0) {
            return seconds / 86_400 + "d";
        }
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
