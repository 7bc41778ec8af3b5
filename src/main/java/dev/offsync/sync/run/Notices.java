package dev.offsync.sync.run;

import dev.offsync.config.GlobalOption;
import dev.offsync.config.Settings;
import org.slf4j.LoggerFactory;

/** What an operator should know although the run goes on. The logging system is loaded by the first of them only. */
public final class Notices {
    private Notices() {}

    /** @param message holds no secret and no row's values */
    public static void warn(String message) {
        LoggerFactory.getLogger("offsync").warn(message);
    }

    /** Tells those who asked for more, with -v or a log file. */
    static void info(Settings settings, String message) {
        if (settings.option(GlobalOption.VERBOSE).isPresent()
                || settings.option(GlobalOption.LOG_FILE).isPresent()) {
            LoggerFactory.getLogger("offsync").info(message);
        }
    }
}
