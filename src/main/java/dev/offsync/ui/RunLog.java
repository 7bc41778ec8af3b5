package dev.offsync.ui;

import dev.offsync.model.Problem;
import dev.offsync.model.PullResult;
import dev.offsync.model.PushResult;
import dev.offsync.model.Result;
import dev.offsync.model.SyncResult;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How each run ended, for the log file alone: on a terminal the answer says it already. */
public final class RunLog {
    static final String LOGGER = "offsync.run";

    private RunLog() {}

    /** Notes a run that did what was asked. */
    public static void done(String command, Result result) {
        if (LogSettings.current().file() != null) {
            Logger log = LoggerFactory.getLogger(LOGGER);
            problems(result).forEach(problem -> log.warn("{}: {}", problem.code(), problem.message()));
            log.info("{} ended with exit code {}", command, result.exitCode());
        }
    }

    /** What a person should know although the run goes on: to standard error, in the form of the log, and to its file. */
    public static void warn(String message) {
        LoggerFactory.getLogger("offsync").warn(Printable.of(message));
    }

    /** What an unattended run has to complain of. */
    private static Set<Problem> problems(Result result) {
        var problems = new LinkedHashSet<Problem>();
        if (result instanceof PushResult push) {
            problems.addAll(push.problems());
        } else if (result instanceof PullResult pull) {
            problems.addAll(pull.problems());
        } else if (result instanceof SyncResult sync) {
            problems.addAll(sync.push().problems());
            problems.addAll(sync.pull().problems());
        }
        return problems;
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
