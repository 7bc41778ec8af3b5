package dev.offsync.model;

import org.jspecify.annotations.Nullable;

/**
 * What {@code config set} or {@code unset} did to sync_config; null means that nothing is kept there.
 *
 * @param effective what holds now, here and with this environment: something stronger may stand above sync_config
 */
public record ConfigChange(
        String key, @Nullable String previous, @Nullable String stored, Setting effective) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
