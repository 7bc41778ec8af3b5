package dev.offsync.testing;

import dev.offsync.config.CommandLineSettings;
import dev.offsync.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings as they come from {@code --local} and {@code --remote} alone, whoever runs the tests. */
public final class TestSettings {
    private TestSettings() {}

    public static Settings of(@Nullable String local, @Nullable String remote) {
        return of(local, remote, Map.of());
    }

    public static Settings of(@Nullable String local, @Nullable String remote, Map<String, String> environment) {
        return Settings.resolve(
                new CommandLineSettings(local, remote, null, null, null, null, Map.of()),
                environment,
                Path.of("target"));
    }
}
