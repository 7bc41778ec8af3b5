package dev.offsync.model;

import java.util.List;

/** Every setting, with where its value came from. */
public record ConfigList(List<Setting> settings) implements Result {
    @Override
    public int exitCode() {
        return ExitCodes.DONE;
    }
}
