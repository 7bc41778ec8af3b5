package dev.offsync.config;

import java.util.Locale;

/**
 * The global options that may also come from the environment or the config file, but are not kept in the local
 * database: they belong to the place from which offsync is run.
 */
public enum GlobalOption {
    LOCAL("the local database's URL"),
    REMOTE("the hub's URL"),
    LOCAL_PASSWORD_FILE("the file whose first line is the local database's password"),
    REMOTE_PASSWORD_FILE("the file whose first line is the hub's password"),
    LOCK_WAIT("how long to wait for another run of this device"),
    LOG_FILE("the file that logs go to"),
    LOG_FORMAT("text or json"),
    COLOR("auto, always or never"),
    JSON("true for one JSON document on stdout"),
    QUIET("true for no messages but errors"),
    VERBOSE("0, 1 or 2"),
    NO_PROGRESS("true for no progress bar"),
    NO_INPUT("true to never ask");

    private final String description;

    GlobalOption(String description) {
        this.description = description;
    }

    /** The name in the config file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    public String description() {
        return description;
    }
}
