package dev.offsync.app;

import dev.offsync.cli.Program;
import dev.offsync.cli.Verbs;
import dev.offsync.config.Settings;
import dev.offsync.model.Progress;
import dev.offsync.model.PushResult;
import dev.offsync.sync.push.PushOptions;
import dev.offsync.ui.Console;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The program with a push that never ends, to be interrupted; it says "ready" on standard error when it is pushing. */
final class WaitingProgram {
    private WaitingProgram() {}

    public static void main(String[] args) {
        var verbs = new Verbs() {
            @Override
            public PushResult push(Settings settings, Progress progress, PushOptions options) {
                System.err.println("ready");
                try {
                    new CountDownLatch(1).await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new IllegalStateException("a latch that nobody counts down was passed");
            }
        };
        var program = new Program(Console.ofProcess(Map.of()), Path.of("/nonexistent"), "1.2.3", verbs);
        Signals.onEnd(exitCode -> {
            program.interrupt(exitCode);
            System.exit(exitCode);
        });
        System.exit(program.run(args));
    }
}
