package dev.offsync.ui;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jline.reader.Candidate;
import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/** A terminal whose lines JLine edits: cursor keys, completion by Tab, the old value by Up. */
final class LineEditor implements Dialog {
    /** Longer values are typed anew rather than edited: redrawing them at each key would take longer than a key does. */
    private static final int MOST_RECALLED = 10_000;

    /** All of a line is one word, blanks and quotes included: a column may be called anything. */
    private record WholeLine(String line, int cursor) implements CompletingParsedLine {
        @Override
        public String word() {
            return line;
        }

        @Override
        public int wordCursor() {
            return cursor;
        }

        @Override
        public int wordIndex() {
            return 0;
        }

        @Override
        public List<String> words() {
            return List.of(line);
        }

        @Override
        public CharSequence escape(CharSequence candidate, boolean complete) {
            return candidate;
        }

        @Override
        public int rawWordCursor() {
            return cursor;
        }

        @Override
        public int rawWordLength() {
            return line.length();
        }
    }

    private final Terminal terminal;
    private final LineReader reader;
    private final boolean sizeUnknown;
    private volatile boolean interrupted;
    private Help help = Help.NONE;

    /** @param onError whether questions go to standard error, because standard output is for the answer */
    LineEditor(boolean onError) {
        try {
            // Signals other than those that the reader needs while it reads stay with the program.
            terminal = TerminalBuilder.builder()
                    .system(true)
                    .systemOutput(onError ? TerminalBuilder.SystemOutput.SysErr : TerminalBuilder.SystemOutput.SysOut)
                    .encoding(StandardCharsets.UTF_8)
                    .stdinEncoding(StandardCharsets.UTF_8)
                    .stdoutEncoding(StandardCharsets.UTF_8)
                    .stderrEncoding(StandardCharsets.UTF_8)
                    .nativeSignals(false)
                    .signalHandler(this::between)
                    .dumb(true)
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sizeUnknown = terminal.getWidth() <= 0 || terminal.getHeight() <= 0;
        if (sizeUnknown) {
            // JLine draws nothing on a terminal without columns.
            terminal.setSize(new Size(Table.LINE, 24));
        }
        reader = LineReaderBuilder.builder()
                .terminal(terminal)
                .parser((line, cursor, context) -> new WholeLine(line, cursor))
                .completer((edited, line, candidates) -> help.words().forEach(word -> candidates.add(candidate(word))))
                .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                .build();
    }

    /** A signal that comes while nothing is read. */
    private void between(Terminal.Signal signal) {
        interrupted |= signal == Terminal.Signal.INT;
    }

    private static Candidate candidate(String word) {
        return new Candidate(word, Printable.of(word), null, null, null, null, true);
    }

    @Override
    public void show(List<String> lines) {
        lines.forEach(line -> terminal.writer().print(line + "\n"));
        terminal.flush();
    }

    @Override
    public String ask(String prompt, Help offered) throws Ended {
        help = offered;
        recall(offered);
        try {
            if (interrupted) {
                throw new Ended(true);
            }
            // A percent sign begins a pattern in JLine's prompts.
            return reader.readLine(prompt.replace("%", "%%"));
        } catch (UserInterruptException ctrlC) {
            throw new Ended(true);
        } catch (EndOfFileException ctrlD) {
            throw new Ended(false);
        }
    }

    private void recall(Help offered) {
        try {
            reader.getHistory().purge();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String old = offered.recalled();
        if (old != null && !old.isEmpty() && old.length() <= MOST_RECALLED) {
            reader.getHistory().add(old);
        }
    }

    @Override
    public int width() {
        Size size = terminal.getSize();
        return size.getColumns() > 0 ? size.getColumns() : Table.LINE;
    }

    @Override
    public void close() {
        try {
            if (sizeUnknown) {
                terminal.setSize(new Size(0, 0));
            }
            terminal.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
