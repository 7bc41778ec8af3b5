package dev.offsync.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A process of the jar under way; closing it kills what still runs. */
public final class RunningJar implements AutoCloseable {
    private final Process process;
    private final StringBuilder stdout = new StringBuilder();
    private final StringBuilder stderr = new StringBuilder();
    private final Thread outReader;
    private final Thread errReader;

    private RunningJar(Process process) {
        this.process = process;
        this.outReader = collect(process.getInputStream(), stdout);
        this.errReader = collect(process.getErrorStream(), stderr);
    }

    static RunningJar of(Process process, String stdin) {
        var running = new RunningJar(process);
        // a process that dies early does not read its input: no error of the test's
        try (var pipe = process.outputWriter(StandardCharsets.UTF_8)) {
            pipe.write(stdin);
        } catch (IOException ignored) {
            return running;
        }
        return running;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9} and the loss of power do: at once, with no clean end. */
    public void kill() {
        process.destroyForcibly();
    }

    /** As {@code kill} does: SIGTERM, which the run may answer with a clean end. */
    public void terminate() {
        // Process.destroy would close the streams before the answer is read.
        process.toHandle().destroy();
    }

    /** Waits until stderr has {@code text} in it; an AssertionError if the process ends or time runs out before. */
    public void awaitStderr(String text, Duration timeout) {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (stderr) {
            while (stderr.indexOf(text) < 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0 || !errReader.isAlive()) {
                    throw new AssertionError("never said '" + text + "'" + output());
                }
                waitForMore(stderr, left);
            }
        }
    }

    /** Waits for the end; an AssertionError with the output so far where {@code timeout} passes first. */
    public JarProcess.Outcome await(Duration timeout) {
        try {
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + timeout + output());
            }
            outReader.join();
            errReader.join();
            return new JarProcess.Outcome(process.exitValue(), text(stdout), text(stderr));
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted" + output(), e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private static void waitForMore(StringBuilder stream, long milliseconds) {
        try {
            stream.wait(Math.min(milliseconds, 100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static Thread collect(InputStream stream, StringBuilder text) {
        var reader = new Thread(() -> {
            var buffer = new char[8192];
            try (var characters = new InputStreamReader(stream, StandardCharsets.UTF_8)) {
                for (int n = characters.read(buffer); n >= 0; n = characters.read(buffer)) {
                    synchronized (text) {
                        text.append(buffer, 0, n);
                        text.notifyAll();
                    }
                }
            } catch (IOException e) {
                synchronized (text) {
                    text.append("[lost: ").append(e.getMessage()).append(']');
                }
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private String output() {
        return "\nstdout: " + text(stdout) + "\nstderr: " + text(stderr);
    }

    private static String text(StringBuilder stream) {
        synchronized (stream) {
            return stream.toString();
        }
    }
}
