package dev.offsync.ui;

import dev.offsync.model.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The text of one answer while it is written, line by line. */
final class Page {
    /** Where the values of fields begin. */
    private static final int VALUES = 16;

    private final StringBuilder text = new StringBuilder();
    private final Style style;

    Page(Style style) {
        this.style = style;
    }

    Style style() {
        return style;
    }

    Page line(String line) {
        text.append(line).append('\n');
        return this;
    }

    Page gap() {
        return line("");
    }

    /** Adds a paragraph, folded; lines after the first are indented by {@code indent} blanks. */
    Page paragraph(String words, int indent) {
        List<String> lines = Fold.lines(Printable.of(words), Table.LINE - indent);
        line(lines.get(0));
        lines.subList(1, lines.size()).forEach(next -> line(" ".repeat(indent) + next));
        return this;
    }

    Page table(Table table) {
        table.lines(style).forEach(this::line);
        return this;
    }

    /** Adds a name and its value, values aligned below each other; nothing where there is no value. */
    Page field(String name, @Nullable Object value) {
        String start = String.format("%-" + VALUES + "s", name);
        if (value != null) {
            for (String part : Fold.lines(Printable.of(value.toString()), Table.LINE - VALUES)) {
                line(start + part);
                start = " ".repeat(VALUES);
            }
        }
        return this;
    }

    /** Adds each problem with the table, column and key it concerns, and its hint. */
    Page problems(List<Problem> problems) {
        if (!problems.isEmpty()) {
            gap();
        }
        for (Problem problem : problems) {
            paragraph(problem.code() + ": " + place(problem) + problem.message(), 2);
            if (problem.hint() != null) {
                // Not folded: it may hold a command to be copied.
                line("  hint: " + Printable.of(problem.hint()));
            }
        }
        return this;
    }

    /** Nothing for what concerns no table. */
    private static String place(Problem problem) {
        if (problem.table().isEmpty()) {
            return "";
        }
        String column = problem.column() == null ? "" : "." + problem.column();
        String key = problem.recordId() == null ? "" : " key " + problem.recordId();
        return problem.table() + column + key + ": ";
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
