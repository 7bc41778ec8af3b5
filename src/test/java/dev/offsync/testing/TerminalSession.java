package dev.offsync.testing;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A process on a pseudo-terminal of its own, with keys pressed one by one; {@code script} of util-linux, which every
 * Debian has, makes the terminal. Closing it kills what still runs.
 */
public final class TerminalSession implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String TTY = "on terminal ";

    private final Process process;
    private final OutputStream keys;
    private final StringBuilder screen = new StringBuilder();
    private final Thread reader;
    private int seen;

    private TerminalSession(Process process) {
        this.process = process;
        this.keys = process.getOutputStream();
        this.reader = new Thread(this::read);
        reader.setDaemon(true);
        reader.start();
    }

    /** @param size columns and rows, or nothing where the terminal does not report them */
    public static TerminalSession start(JarProcess jar, String term, int... size) {
        String resize = size.length == 0 ? "" : "stty cols " + size[0] + " rows " + size[1] + "; ";
        String command = jar.command().stream().map(TerminalSession::quoted).collect(Collectors.joining(" "));
        // A build in the background ignores Ctrl-C, and what it starts would, too; a terminal does not.
        String run = resize + "echo " + TTY + "$(tty).; exec env --default-signal=INT " + command;
        var builder = new ProcessBuilder("script", "-qefc", run, "/dev/null");
        builder.redirectErrorStream(true);
        jar.prepare(builder);
        builder.environment().putAll(Map.of("TERM", term, "SHELL", "/bin/sh"));
        try {
            return new TerminalSession(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String quoted(String argument) {
        return "'" + argument.replace("'", "'\\''") + "'";
    }

    /** Presses keys, as their bytes. */
    public TerminalSession press(String text) {
        try {
            keys.write(text.getBytes(StandardCharsets.UTF_8));
            keys.flush();
            return this;
        } catch (IOException e) {
            throw new AssertionError("nobody reads keys any more" + shown(), e);
        }
    }

    /** Waits until {@code text} is shown after what was waited for before. */
    public TerminalSession await(String text) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        synchronized (screen) {
            while (screen.indexOf(text, seen) < 0) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0 || !reader.isAlive()) {
                    throw new AssertionError("never showed '" + text + "'" + shown());
                }
                pause(left);
            }
            seen = screen.indexOf(text, seen) + text.length();
        }
        return this;
    }

    /** Gives the terminal's window another size, as a person who drags its corner does. */
    public void resize(int columns, int rows) {
        String terminal = text().replaceAll("(?s).*" + TTY + "([^ ]+?)\\..*", "$1");
        try {
            new ProcessBuilder("stty", "-F", terminal, "cols", "" + columns, "rows", "" + rows)
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that was shown, escape sequences that steer the cursor left out. */
    public String text() {
        synchronized (screen) {
            return screen.toString().replaceAll("\u001b(\\[[?0-9;]*[a-zA-Z]|[=>])", "");
        }
    }

    /** Everything that came, byte by byte. */
    public String raw() {
        synchronized (screen) {
            return screen.toString();
        }
    }

    public int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running" + shown());
            }
            reader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private void pause(long left) {
        try {
            screen.wait(Math.min(left, 100));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void read() {
        var buffer = new char[8192];
        try (var in = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                synchronized (screen) {
                    screen.append(buffer, 0, n);
                    screen.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (screen) {
                screen.append("[lost: ").append(e.getMessage()).append(']');
            }
        }
    }

    private String shown() {
        return "\nscreen: " + text();
    }
}
