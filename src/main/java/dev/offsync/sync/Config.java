package dev.offsync.sync;

import dev.offsync.config.ConfigKey;
import dev.offsync.config.Settings;
import dev.offsync.local.device.Configuration;
import dev.offsync.model.ConfigChange;
import dev.offsync.model.ConfigList;
import dev.offsync.model.ConfigValue;
import dev.offsync.model.Setting;
import dev.offsync.sync.run.LocalSession;
import dev.offsync.sync.run.RunMetrics;
import dev.offsync.sync.run.StoredSettings;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Shows every setting with its origin, and writes those that the local database keeps. */
public final class Config {
    private final Settings settings;

    public Config(Settings settings) {
        this.settings = settings;
    }

    public ConfigList list() {
        return RunMetrics.around(
                settings,
                "config list",
                metrics -> new ConfigList(
                        StoredSettings.of(settings, "config list", metrics).all()));
    }

    public ConfigValue get(String name) {
        return RunMetrics.around(settings, "config get", metrics -> {
            // Before the database is asked: a misspelt name is worth no connection.
            settings.named(name);
            return ConfigValue.of(
                    StoredSettings.of(settings, "config get", metrics).named(name));
        });
    }

    public ConfigChange set(String name, String value) {
        ConfigKey key = ConfigKey.of(name);
        key.validate(value);
        return LocalSession.read(settings, "config set", session -> {
            var configuration = new Configuration(session.database());
            String before = configuration.all().get(key.key());
            configuration.set(key.key(), value.strip());
            return change(configuration, key, before);
        });
    }

    /** Takes a key away; one that is not kept is as it should be already. */
    public ConfigChange unset(String name) {
        ConfigKey key = ConfigKey.of(name);
        return LocalSession.read(settings, "config unset", session -> {
            var configuration = new Configuration(session.database());
            String before = configuration.all().get(key.key());
            configuration.unset(key.key());
            return change(configuration, key, before);
        });
    }

    private ConfigChange change(Configuration configuration, ConfigKey key, @Nullable String before)
            throws SQLException {
        Setting effective = settings.withStored(configuration.all()).named(key.key());
        return new ConfigChange(key.key(), before, configuration.all().get(key.key()), effective);
    }
}
