package dev.offsync.ui;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** For terminals that cannot move their cursor: they edit a line themselves, and nothing is ever drawn twice. */
final class PlainDialog implements Dialog {
    private final BufferedReader in;
    private final PrintStream out;

    PlainDialog(InputStream in, PrintStream out) {
        this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        this.out = out;
    }

    @Override
    public void show(List<String> lines) {
        lines.forEach(line -> out.print(line + "\n"));
        out.flush();
    }

    @Override
    public String ask(String prompt, Help help) throws Ended {
        out.print(prompt);
        out.flush();
        try {
            String line = in.readLine();
            if (line == null) {
                show(List.of(""));
                throw new Ended(false);
            }
            return line;
        } catch (IOException gone) {
            throw new Ended(false);
        }
    }

    @Override
    public int width() {
        return Table.LINE;
    }

    @Override
    public void close() {
        out.flush();
    }
}
