package dev.offsync.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings given as options, as typed; null is an option that was not given.
 *
 * @param config the file named by {@code --config}
 * @param overrides further settings by key, as in {@code batch_size}
 */
public record CommandLineSettings(
        @Nullable String local,
        @Nullable String remote,
        @Nullable String config,
        @Nullable String localPasswordFile,
        @Nullable String remotePasswordFile,
        @Nullable String lockWait,
        Map<String, String> overrides) {
    /** No option was given. */
    public static final CommandLineSettings NONE =
            new CommandLineSettings(null, null, null, null, null, null, Map.of());

    public CommandLineSettings {
        overrides = Map.copyOf(overrides);
    }

    /** URLs may hold passwords, so no value is shown. */
    @Override
    public String toString() {
        return "CommandLineSettings" + byName().keySet();
    }

    Map<String, String> byName() {
        var all = new LinkedHashMap<String, String>(overrides);
        put(all, "local", local);
        put(all, "remote", remote);
        put(all, "local_password_file", localPasswordFile);
        put(all, "remote_password_file", remotePasswordFile);
        put(all, "lock_wait", lockWait);
        return all;
    }

    private static void put(Map<String, String> all, String name, @Nullable String value) {
        if (value != null) {
            all.put(name, value);
        }
    }
}
