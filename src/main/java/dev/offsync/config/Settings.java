package dev.offsync.config;

import dev.offsync.error.OffsyncException;
import dev.offsync.error.Reason;
import dev.offsync.model.Endpoint;
import dev.offsync.model.Setting;
import dev.offsync.model.Strategy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All settings of one run, immutable. What a getter returns is the value with the highest precedence: option, then
 * environment, config file, sync_config and default.
 */
public final class Settings {
    private final Map<String, Value> values;
    private final Map<String, String> environment;
    private final Path home;
    private final List<String> ignored;

    private Settings(Map<String, Value> values, Map<String, String> environment, Path home, List<String> ignored) {
        this.values = Map.copyOf(values);
        this.environment = Map.copyOf(environment);
        this.home = home;
        this.ignored = List.copyOf(ignored);
    }

    /**
     * What options, environment and config file say.
     *
     * @param home the user's home directory, where .pgpass and the config file may be
     * @throws OffsyncException reason CONFIG, naming the option, variable or line whose value is not allowed
     */
    public static Settings resolve(CommandLineSettings options, Map<String, String> environment, Path home) {
        return new Settings(Layers.resolve(options, environment, home), environment, home, List.of());
    }

    /**
     * These settings with what the local database keeps. A row that is not valid draws a warning and counts as absent,
     * so that {@code config set} can still mend it.
     */
    public Settings withStored(Map<String, String> syncConfig) {
        var stored = new HashMap<String, Value>();
        var complaints = new ArrayList<>(ignored);
        syncConfig.forEach((name, text) -> {
            String place = "sync_config." + name;
            try {
                ConfigKey.of(name).check(text);
                stored.put(name, new Value(text, Origin.SYNC_CONFIG, place));
            } catch (OffsyncException e) {
                complaints.add(place + " was ignored: " + e.getMessage());
            }
        });
        return new Settings(Layers.under(values, stored), environment, home, complaints);
    }

    /**
     * The local database.
     *
     * @throws OffsyncException reason CONFIG, where nobody named it or what was named cannot be used
     */
    public Endpoint local() {
        Value url = values.get(GlobalOption.LOCAL.key());
        if (url == null) {
            throw new OffsyncException(
                    Reason.CONFIG,
                    "nobody named the local database",
                    "add --local postgresql://user@localhost/database, or set OFFSYNC_LOCAL or local in the config file");
        }
        return endpoints()
                .local(
                        DatabaseAddress.parse(url.text()),
                        passwordFile(GlobalOption.LOCAL_PASSWORD_FILE),
                        typedPassword(url));
    }

    /** Whether the local database was named. */
    public boolean localIsNamed() {
        return values.containsKey(GlobalOption.LOCAL.key());
    }

    /**
     * The hub.
     *
     * @throws OffsyncException reason CONFIG, where nobody named it or what was named cannot be used
     */
    public Endpoint hub() {
        return hubIfNamed()
                .orElseThrow(() -> new OffsyncException(
                        Reason.CONFIG,
                        "nobody named the hub",
                        "add --remote postgresql://user@host/database, set OFFSYNC_REMOTE,"
                                + " or run offsync init, which keeps the hub's address"));
    }

    /** The hub, where it was named. */
    public Optional<Endpoint> hubIfNamed() {
        return hubAddress().map(address -> endpoints()
                .hub(
                        address,
                        passwordFile(GlobalOption.REMOTE_PASSWORD_FILE),
                        typedPassword(values.get(GlobalOption.REMOTE.key()))));
    }

    /** The streaming replica to pull from; what its URL leaves out (but for hosts) is as at the hub. */
    public Optional<Endpoint> pullReplica() {
        return text(ConfigKey.PULL_REMOTE).map(DatabaseAddress::parse).map(address -> endpoints()
                .replica(address, hub(), passwordFile(GlobalOption.REMOTE_PASSWORD_FILE)));
    }

    /** Operations per hub transaction. */
    public int batchSize() {
        return (int) number(ConfigKey.BATCH_SIZE);
    }

    /** Tries after which a rejected operation is failed. */
    public int maxRetryCount() {
        return (int) number(ConfigKey.MAX_RETRY_COUNT);
    }

    public Duration connectTimeout() {
        return duration(ConfigKey.CONNECT_TIMEOUT);
    }

    public Duration networkTimeout() {
        return duration(ConfigKey.NETWORK_TIMEOUT);
    }

    /** How long to wait for another run; zero gives up at once. */
    public Duration lockWait() {
        return option(GlobalOption.LOCK_WAIT).map(Durations::parse).orElse(Duration.ZERO);
    }

    public Duration syncInterval() {
        return duration(ConfigKey.SYNC_INTERVAL);
    }

    public Duration retention() {
        return duration(ConfigKey.RETENTION);
    }

    public Duration conflictRetention() {
        return duration(ConfigKey.CONFLICT_RETENTION);
    }

    /** The strategy for update_update conflicts that no rule names. */
    public Strategy conflictResolution() {
        return Values.strategy(required(ConfigKey.CONFLICT_RESOLUTION));
    }

    public Duration maxClockSkew() {
        return duration(ConfigKey.MAX_CLOCK_SKEW);
    }

    public MaxDelete maxDelete() {
        return MaxDelete.parse(required(ConfigKey.MAX_DELETE));
    }

    public Optional<Path> metricsFile() {
        return text(ConfigKey.METRICS_FILE).map(Path::of);
    }

    /** The text of a global option, from wherever it was given. */
    public Optional<String> option(GlobalOption option) {
        return Optional.ofNullable(values.get(option.key())).map(Value::text);
    }

    /** Whether a global option that is on or off was set to on. */
    public boolean isOn(GlobalOption option) {
        return option(option).map(Values::flag).orElse(false);
    }

    /** Every setting with its origin: global options where given, and all keys of sync_config. */
    public List<Setting> all() {
        var all = new ArrayList<Setting>();
        for (GlobalOption option : GlobalOption.values()) {
            Setting setting = shown(option);
            if (setting.value() != null) {
                all.add(setting);
            }
        }
        for (ConfigKey key : ConfigKey.values()) {
            Value value = values.get(key.key());
            all.add(
                    value == null
                            ? new Setting(key.key(), key.defaultValue(), Origin.DEFAULT.word(), null)
                            : shown(key.key(), value));
        }
        return all;
    }

    /**
     * One setting by its name: a key of sync_config or a global option.
     *
     * @throws OffsyncException reason CONFIG, listing what there is, or, for a password, the way to give one
     */
    public Setting named(String name) {
        String wanted = name.strip().toLowerCase(Locale.ROOT).replace('-', '_');
        for (GlobalOption option : GlobalOption.values()) {
            if (option.key().equals(wanted)) {
                return shown(option);
            }
        }
        ConfigKey key = ConfigKey.of(name);
        return all().stream()
                .filter(setting -> setting.key().equals(key.key()))
                .findFirst()
                .orElseThrow();
    }

    /** What a person should know of these settings; no sentence holds a password. */
    public List<String> warnings() {
        return Warnings.of(values, endpoints(), hubAddress(), ignored);
    }

    /** Names alone: a value may be a URL with a password in it. */
    @Override
    public String toString() {
        return "Settings" + values.keySet().stream().sorted().toList();
    }

    private Optional<DatabaseAddress> hubAddress() {
        Value url = values.get(GlobalOption.REMOTE.key());
        Value host = values.get(ConfigKey.REMOTE_HOST.key());
        if (url != null && (host == null || !host.origin().beats(url.origin()))) {
            return Optional.of(DatabaseAddress.parse(url.text()));
        }
        if (host == null) {
            return Optional.empty();
        }
        var texts = new HashMap<String, String>();
        values.forEach((name, value) -> texts.put(name, value.text()));
        return Optional.of(StoredHub.address(texts));
    }

    private Endpoints endpoints() {
        return new Endpoints(environment, home);
    }

    /** The password in a URL that was given as an option. */
    private static @Nullable String typedPassword(@Nullable Value url) {
        return url != null && url.origin() == Origin.OPTION
                ? DatabaseAddress.parse(url.text()).password()
                : null;
    }

    private @Nullable Value passwordFile(GlobalOption option) {
        return values.get(option.key());
    }

    /** A global option; where no URL of the hub was given, the address that is put together from remote_host and others. */
    private Setting shown(GlobalOption option) {
        Value value = values.get(option.key());
        Value host = values.get(ConfigKey.REMOTE_HOST.key());
        if (option == GlobalOption.REMOTE
                && host != null
                && (value == null || host.origin().beats(value.origin()))) {
            return new Setting(
                    option.key(),
                    hubAddress().orElseThrow().toString(),
                    host.origin().word(),
                    host.origin() == Origin.SYNC_CONFIG ? null : host.place());
        }
        return value == null
                ? new Setting(option.key(), null, Origin.DEFAULT.word(), null)
                : shown(option.key(), value);
    }

    private static Setting shown(String key, Value value) {
        boolean url = key.equals("local") || key.equals("remote") || key.equals("pull_remote");
        String text = url ? DatabaseAddress.parse(value.text()).toString() : value.text();
        String source = value.origin() == Origin.SYNC_CONFIG ? null : value.place();
        return new Setting(key, text, value.origin().word(), source);
    }

    private Optional<String> text(ConfigKey key) {
        Value value = values.get(key.key());
        return value == null ? Optional.ofNullable(key.defaultValue()) : Optional.of(value.text());
    }

    private String required(ConfigKey key) {
        return text(key).orElseThrow(() -> new IllegalStateException(key + " has no default"));
    }

    private long number(ConfigKey key) {
        return Long.parseLong(required(key).strip());
    }

    private Duration duration(ConfigKey key) {
        return Durations.parse(required(key));
    }
}
