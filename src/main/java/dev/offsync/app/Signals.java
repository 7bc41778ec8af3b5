package dev.offsync.app;

import java.util.function.IntConsumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * SIGINT and SIGTERM. A shutdown hook would not learn which of them came, and the answer on standard output holds the
 * exit code; jdk.unsupported is the module that Java keeps open for this.
 */
final class Signals {
    private Signals() {}

    /** @param end told 128 + the signal's number, in a thread of its own */
    static void onEnd(IntConsumer end) {
        on("INT", end);
        on("TERM", end);
    }

    private static void on(String name, IntConsumer end) {
        var signal = new Signal(name);
        try {
            SignalHandler before = Signal.handle(signal, received -> end.accept(128 + received.getNumber()));
            if (before == SignalHandler.SIG_IGN) {
                // Started in the background by a shell that shields it from the terminal's Ctrl-C: leave it so.
                Signal.handle(signal, SignalHandler.SIG_IGN);
            }
        } catch (IllegalArgumentException reservedByTheJvm) {
            // With -Xrs the system's default holds: the process ends at once, by the signal itself.
        }
    }
}
