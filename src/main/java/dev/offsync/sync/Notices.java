package dev.offsync.sync;

import org.slf4j.LoggerFactory;

/** What an operator should know although the run goes on. The logging system is loaded by the first of them only. */
final class Notices {
    private Notices() {}

    /** @param message holds no secret and no row's values */
    static void warn(String message) {
        LoggerFactory.getLogger("offsync").warn(message);
    }
}
