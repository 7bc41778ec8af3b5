package dev.offsync.ui;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A person at a terminal: lines for reading, and questions that are answered with one line. */
interface Dialog extends AutoCloseable {
    /** How a conversation ends before its time. */
    final class Ended extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean interrupted;

        /** @param interrupted by Ctrl-C, as opposed to the end of the input */
        Ended(boolean interrupted) {
            super(interrupted ? "interrupted" : "end of input", null, false, false);
            this.interrupted = interrupted;
        }

        boolean interrupted() {
            return interrupted;
        }
    }

    /**
     * What may be typed at a question.
     *
     * @param words offered for completion
     * @param recalled offered by the Up key, to be edited
     */
    record Help(List<String> words, @Nullable String recalled) {
        static final Help NONE = new Help(List.of(), null);
    }

    /** Shows lines that are fit for a terminal already. */
    void show(List<String> lines);

    /** The line that answers {@code prompt}, without the newline. */
    String ask(String prompt, Help help) throws Ended;

    /** The columns of the terminal as it is now. */
    int width();

    @Override
    void close();
}
