package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Strategy;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The checks of single values; each throws an OffsyncException (CONFIG) that says what is allowed. */
final class Values {
    /** custom needs a function and rekey a clash of keys, so neither can stand for all updates. */
    private static final List<Strategy> FOR_UPDATES = List.of(
            Strategy.LWW, Strategy.VERSION, Strategy.LOCAL_WINS, Strategy.REMOTE_WINS, Strategy.MERGE, Strategy.MANUAL);

    private Values() {}

    static Consumer<String> wholeNumber(long least, long greatest) {
        return text -> number(text, least, greatest);
    }

    static long number(String text, long least, long greatest) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least && number <= greatest) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message for both faults
        }
        throw refused("\"" + text + "\" is not allowed", "write a whole number from " + least + " to " + greatest);
    }

    static void positiveDuration(String text) {
        if (Durations.parse(text).isZero()) {
            throw refused("it must be longer than 0s", "write a duration of at least 1s, as in 30s or 5m");
        }
    }

    /** The words that {@link #defaultStrategy} allows. */
    static List<String> defaultStrategies() {
        return FOR_UPDATES.stream().map(Strategy::word).toList();
    }

    static void defaultStrategy(String text) {
        strategy(text);
    }

    static Strategy strategy(String text) {
        String wanted = text.strip().toLowerCase(Locale.ROOT);
        return FOR_UPDATES.stream()
                .filter(strategy -> strategy.word().equals(wanted))
                .findFirst()
                .orElseThrow(() -> refused(
                        "\"" + text + "\" cannot be the strategy for all updates",
                        "allowed are: " + String.join(", ", defaultStrategies())));
    }

    static void text(String text) {
        if (text.isBlank()) {
            throw refused("the value is empty", "write a value, or take the key away with offsync config unset");
        }
    }

    /** The folder from which offsync is run differs from one run to the next: under systemd and cron it is another one. */
    static void absolutePath(String text) {
        text(text);
        if (!text.strip().startsWith("/")) {
            throw refused(
                    "\"" + text + "\" depends on the folder from which offsync is run",
                    "write a whole path that begins with /, as in /var/lib/offsync/offsync.prom");
        }
    }

    static void hosts(String text) {
        text(text);
        if (Arrays.stream(text.split(",", -1)).anyMatch(host -> host.isBlank() || host.contains("@"))) {
            throw refused("it is not a list of host names", "write host names separated by commas, as in hub1,hub2");
        }
    }

    static void ports(String text) {
        for (String port : text.split(",", -1)) {
            number(port, 1, 65_535);
        }
    }

    static void parameters(String text) {
        Keywords.onlyParameters(ConninfoParser.parse(text));
    }

    static void urlWithoutPassword(String text) {
        if (DatabaseAddress.parse(text).holdsSecret()) {
            throw refused("offsync keeps no password in the database", Credentials.HINT_REMOTE);
        }
    }

    /** For options that are on or off. */
    static boolean flag(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw refused("\"" + text + "\" is neither true nor false", "write true or false");
        };
    }

    private static OffsyncException refused(String message, String hint) {
        return new OffsyncException(Reason.CONFIG, message, hint);
    }
}
