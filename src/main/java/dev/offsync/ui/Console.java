package dev.offsync.ui;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * The process's streams and what is known of them. Both are UTF-8 whatever the locale, since rows hold any character;
 * {@code out} is a plain stream, because a PrintStream would swallow the error of a full disk.
 */
public record Console(
        InputStream in,
        OutputStream out,
        PrintStream err,
        boolean inIsTerminal,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> environment) {

    /** The console of this process. */
    public static Console ofProcess(Map<String, String> environment) {
        var out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 8192);
        var err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        // A library that prints to System.out must not get between a script and its JSON document.
        System.setOut(System.err);
        var in = new FileInputStream(FileDescriptor.in);
        return new Console(in, out, err, isTerminal(0), isTerminal(1), isTerminal(2), environment);
    }

    /** Linux shows where a descriptor leads; where /proc is missing, nothing is taken for a terminal. */
    private static boolean isTerminal(int descriptor) {
        var link = Path.of("/proc/self/fd/" + descriptor);
        try {
            String target = Files.readSymbolicLink(link).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException unknown) {
            return false;
        }
    }

    /** Says on standard error what a person should know although the run goes on. */
    public void warn(String message) {
        err.println("offsync: warning: " + Printable.of(message));
    }

    /** Says on standard error why no answer could be given. */
    public void complain(String message) {
        err.println("offsync: " + Printable.of(message));
    }

    /** Whether somebody sits there who can be asked. */
    public boolean canAsk() {
        return inIsTerminal && errIsTerminal;
    }

    /** Asks on standard error and waits for a line; everything but y or yes is a no. */
    public boolean confirms(String question) {
        question.lines().map(Printable::of).forEach(err::println);
        err.print("[y/N] ");
        err.flush();
        try {
            String answer = line().strip().toLowerCase(Locale.ROOT);
            return answer.equals("y") || answer.equals("yes");
        } catch (IOException e) {
            return false;
        }
    }

    /** Byte by byte: what comes after the line is not this question's. */
    private String line() throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            bytes.write(next);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** Prints where a failure came from, where that is known. */
    void trace(Failure failure) {
        if (failure.cause() != null) {
            failure.cause().printStackTrace(err);
        }
    }

    /** Whether the terminal can move its cursor and show colour. */
    boolean isDumb() {
        return "dumb".equals(environment.get("TERM"));
    }
}
