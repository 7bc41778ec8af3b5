package dev.offsync.ui;

import dev.offsync.model.Progress;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * One line on standard error that shows how far long work has come, on a terminal and after a second. It draws when it
 * is told something, and by itself after that second, since a long statement tells nothing; {@link #close} wipes the line
 * for what comes next.
 */
public final class ProgressBar implements Progress, AutoCloseable {
    private static final long PATIENCE_NANOS = 1_000_000_000L;
    private static final long REDRAW_NANOS = 100_000_000L;
    private static final int BAR = 30;
    private static final String WIPE = "\r" + " ".repeat(Table.LINE - 1) + "\r";

    private final Console console;
    private final LongSupplier nanoTime;
    private final boolean shown;
    private long nextDraw;
    private boolean drawn;
    private boolean closed;
    private String last = "";

    /**
     * @param wanted false with --quiet and --no-progress
     * @param nanoTime as System.nanoTime
     */
    public ProgressBar(Console console, boolean wanted, LongSupplier nanoTime) {
        this.console = console;
        this.nanoTime = nanoTime;
        this.shown = wanted && console.errIsTerminal() && !console.isDumb();
        this.nextDraw = nanoTime.getAsLong() + PATIENCE_NANOS;
    }

    @Override
    public synchronized void report(String what, long done, long total) {
        if (!shown || closed) {
            return;
        }
        if (last.isEmpty()) {
            startClock();
        }
        last = line(what, done, total);
        draw();
    }

    /** Draws what was told last, unless it is too early for that or was done just now. */
    private synchronized void draw() {
        if (closed || nanoTime.getAsLong() - nextDraw < 0) {
            return;
        }
        nextDraw = nanoTime.getAsLong() + REDRAW_NANOS;
        drawn = true;
        console.err().print(WIPE + last);
        console.err().flush();
    }

    private void startClock() {
        var clock = new Thread(
                () -> {
                    LockSupport.parkNanos(PATIENCE_NANOS);
                    draw();
                },
                "progress");
        clock.setDaemon(true);
        clock.start();
    }

    private static String line(String what, long done, long total) {
        if (total <= 0 && done == 0) {
            return what + " …";
        }
        if (total <= 0) {
            return String.format(Locale.ROOT, "%-24.24s %d", what, done);
        }
        double share = Math.min(1.0, (double) done / total);
        int filled = (int) (share * BAR);
        String bar = "#".repeat(filled) + ".".repeat(BAR - filled);
        return String.format(Locale.ROOT, "%-24.24s [%s] %3d%% of %d", what, bar, (int) (share * 100), total);
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (drawn) {
            console.err().print(WIPE);
            console.err().flush();
            drawn = false;
        }
    }
}
