package dev.offsync.testing;

import java.io.IOException;

/** A background thread of a fixture: it ends with its socket, by IOException, or when it is interrupted. */
final class Daemon {
    /** Work that sockets and interruptions may end at any time. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException, InterruptedException;
    }

    private Daemon() {}

    static Thread start(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
