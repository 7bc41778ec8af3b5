package dev.offsync.ui;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A console whose two streams are kept. */
public final class CapturedConsole {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console;

    private CapturedConsole(boolean terminal, String typed, Map<String, String> environment) {
        var in = new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8));
        var errors = new PrintStream(err, true, StandardCharsets.UTF_8);
        console = new Console(in, out, errors, terminal, terminal, terminal, environment);
    }

    public static CapturedConsole pipe(Map<String, String> environment) {
        return new CapturedConsole(false, "", environment);
    }

    public static CapturedConsole terminal(Map<String, String> environment) {
        return new CapturedConsole(true, "", environment);
    }

    /** A terminal at which somebody types {@code typed}. */
    public static CapturedConsole typing(String typed, Map<String, String> environment) {
        return new CapturedConsole(true, typed, environment);
    }

    public Console console() {
        return console;
    }

    public String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
