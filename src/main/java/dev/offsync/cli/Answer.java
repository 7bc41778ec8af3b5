package dev.offsync.cli;

import dev.offsync.error.Reason;
import dev.offsync.model.Result;
import dev.offsync.ui.Console;
import dev.offsync.ui.Failure;
import dev.offsync.ui.Output;
import dev.offsync.ui.ProgressBar;
import dev.offsync.ui.RunLog;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The one answer of a run, given by the run itself or, where a signal comes first, by the signal's thread. */
final class Answer {
    /** How long a signal waits for an answer that is being printed, into a pipe that nobody reads perhaps. */
    private static final long SIGNAL_PATIENCE_SECONDS = 2;

    private final Console console;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Output output;
    private volatile String command = "offsync";
    private volatile @Nullable ProgressBar progress;
    private @Nullable Integer given;

    Answer(Console console, Output output) {
        this.console = console;
        this.output = output;
    }

    /** The form the answer takes from now on. */
    void in(Output form) {
        output = form;
    }

    void command(String name) {
        command = name;
    }

    String command() {
        return command;
    }

    /** The bar to be wiped before anything is printed. */
    void progress(ProgressBar bar) {
        progress = bar;
    }

    /** Prints the result unless the run was interrupted, and returns the exit code. */
    int with(Result result) {
        return once(result.exitCode(), () -> {
            RunLog.done(command, result);
            output.result(command, result);
        });
    }

    int with(Failure failure) {
        return once(failure.exitCode(), () -> {
            RunLog.failed(command, failure);
            output.failure(command, failure);
        });
    }

    /**
     * Answers for a run that a signal ends, unless it has answered already.
     *
     * @param before what is to be done first, while the run that comes to its own end meanwhile must wait
     */
    void interrupted(int exitCode, Runnable before) {
        try {
            if (lock.tryLock(SIGNAL_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                try {
                    if (given == null) {
                        before.run();
                        with(Failures.interrupted(exitCode));
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Print {
        void run() throws IOException;
    }

    private int once(int exitCode, Print print) {
        lock.lock();
        try {
            if (given == null) {
                given = print(exitCode, print);
            }
            return given;
        } finally {
            lock.unlock();
        }
    }

    private int print(int exitCode, Print print) {
        ProgressBar bar = progress;
        if (bar != null) {
            bar.close();
        }
        try {
            print.run();
            return exitCode;
        } catch (IOException e) {
            return unprintable(exitCode, e);
        }
    }

    /** Nobody is left to read a broken pipe, as in {@code offsync status | head -1}; anything else is worth a word. */
    private int unprintable(int exitCode, IOException e) {
        String message = String.valueOf(e.getMessage());
        if (message.contains("Broken pipe")) {
            return exitCode;
        }
        console.complain("cannot write to standard output: " + message);
        return exitCode == 0 ? Reason.INTERNAL.exitCode() : exitCode;
    }
}
