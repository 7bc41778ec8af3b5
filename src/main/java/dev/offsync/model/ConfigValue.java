package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/** One setting that was asked for by name; {@code value} is null where nothing is set. */
public record ConfigValue(
        String key,
        @Nullable String value,
        String origin,
        @Nullable String source) implements Result {
    public static ConfigValue of(Setting setting) {
        return new ConfigValue(setting.key(), setting.value(), setting.origin(), setting.source());
    }

    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
