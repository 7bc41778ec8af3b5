package dev.offsync.config;

import java.util.Locale;

/**
 * The global options that may also come from the environment or the config file, but are not kept in the local
 * database: they belong to the place from which offsync is run.
 */
public enum GlobalOption {
    /** The local database's URL. */
    LOCAL,
    /** The hub's URL. */
    REMOTE,
    /** The file whose first line is the local database's password. */
    LOCAL_PASSWORD_FILE,
    /** The file whose first line is the hub's password. */
    REMOTE_PASSWORD_FILE,
    /** How long to wait for another run of this device. */
    LOCK_WAIT,
    /** The file that logs go to. */
    LOG_FILE,
    /** {@code text} or {@code json}. */
    LOG_FORMAT,
    /** {@code auto}, {@code always} or {@code never}. */
    COLOR,
    /** True for one JSON document on stdout. */
    JSON,
    /** True for no messages but errors. */
    QUIET,
    /** 0, 1 or 2. */
    VERBOSE,
    /** True for no progress bar. */
    NO_PROGRESS,
    /** True to never ask. */
    NO_INPUT;

    /** The name in the config file. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
