package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The keys of {@code sync_config}: what each means, its default, and what may be written to it. */
public enum ConfigKey {
    SYNC_INTERVAL("300", "seconds between runs; three times it is the default of --max-age", Values::positiveDuration),
    MAX_RETRY_COUNT("3", "tries after which a rejected operation is failed", Values.wholeNumber(1, 1_000)),
    CONFLICT_RESOLUTION("lww", "strategy for update_update conflicts without a rule", Values::defaultStrategy),
    REMOTE_HOST(null, "the hub's host; several are separated by commas", Values::hosts),
    REMOTE_PORT(null, "the hub's port, or one per host", Values::ports),
    REMOTE_DATABASE(null, "the hub's database", Values::text),
    REMOTE_USER(null, "the role offsync logs in as on the hub", Values::text),
    REMOTE_PARAMETERS(null, "further connection parameters, as in sslmode=verify-full", Values::parameters),
    PULL_REMOTE(null, "URL of a streaming replica of the hub to pull from", Values::urlWithoutPassword),
    BATCH_SIZE("10000", "operations per hub transaction", Values.wholeNumber(1, 1_000_000)),
    CONNECT_TIMEOUT("5", "seconds a server may take to accept a connection", Values::positiveDuration),
    NETWORK_TIMEOUT("30", "seconds of silence after which the hub is taken for gone", Values::positiveDuration),
    RETENTION("7d", "how long completed operations are kept", Durations::parse),
    CONFLICT_RETENTION("90d", "how long resolved conflicts and their losing rows are kept", Durations::parse),
    MAX_DELETE("50%", "deletes of one run, of a table's rows, beyond which it stops", MaxDelete::parse),
    MAX_CLOCK_SKEW("60s", "difference to the hub's clock beyond which offsync warns", Durations::parse),
    METRICS_FILE(null, "Prometheus text file that every run writes", Values::absolutePath);

    private final @Nullable String defaultValue;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // functions without state
    private final Consumer<String> validator;

    ConfigKey(@Nullable String defaultValue, String description, Consumer<String> validator) {
        this.defaultValue = defaultValue;
        this.description = description;
        this.validator = validator;
    }

    /** The key as the table and the config file spell it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public @Nullable String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    /** The values that are allowed, where these are a few words; else empty. */
    public List<String> words() {
        return this == CONFLICT_RESOLUTION ? Values.defaultStrategies() : List.of();
    }

    /**
     * The key that {@code name} spells.
     *
     * @throws OffsyncException reason CONFIG, listing the keys there are, or, for a password, the way to give one
     */
    public static ConfigKey of(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT);
        if (wanted.endsWith("password")) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "offsync keeps no password in the database, so " + wanted + " cannot be set",
                    Credentials.HINT_REMOTE);
        }
        return Arrays.stream(values())
                .filter(key -> key.key().equals(wanted))
                .findFirst()
                .orElseThrow(() -> unknown(name, wanted));
    }

    /**
     * Checks that {@code value} may be written to this key.
     *
     * @throws OffsyncException reason CONFIG, with what is allowed as its hint
     */
    public void validate(String value) {
        try {
            check(value);
        } catch (OffsyncException e) {
            throw new OffsyncException(e.reason(), key() + ": " + e.getMessage(), e.hint(), e);
        }
    }

    void check(String value) {
        validator.accept(value);
    }

    private static OffsyncException unknown(String name, String wanted) {
        for (GlobalOption option : GlobalOption.values()) {
            if (option.key().equals(wanted)) {
                return new OffsyncException(
                        Reason.CONFIG,
                        wanted + " belongs to the place from which offsync is run and is not kept in the database",
                        "give it as --" + wanted.replace('_', '-') + ", in OFFSYNC_" + option.name()
                                + " or in the config file");
            }
        }
        return new OffsyncException(
                Reason.CONFIG, "there is no setting \"" + name + "\"", "the settings are: " + keys());
    }

    private static String keys() {
        return Arrays.stream(values()).map(ConfigKey::key).collect(Collectors.joining(", "));
    }
}
