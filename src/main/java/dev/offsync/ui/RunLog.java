package dev.offsync.ui;

import org.slf4j.LoggerFactory;

/** How each run ended, for the log file alone: on a terminal the answer says it already. */
public final class RunLog {
    static final String LOGGER = "offsync.run";

    private RunLog() {}

    /** Notes a run that did what was asked. */
    public static void done(String command, int exitCode) {
        if (LogSettings.current().file() != null) {
            LoggerFactory.getLogger(LOGGER).info("{} ended with exit code {}", command, exitCode);
        }
    }

    /** Notes a run that failed, and why. */
    public static void failed(String command, Failure failure) {
        if (LogSettings.current().file() != null) {
            LoggerFactory.getLogger(LOGGER)
                    .error(
                            "{} ended with exit code {} ({}): {}",
                            command,
                            failure.exitCode(),
                            failure.code(),
                            failure.message(),
                            failure.cause());
        }
    }
}
