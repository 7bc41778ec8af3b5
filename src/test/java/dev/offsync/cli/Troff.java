package dev.offsync.cli;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A manual page while it is written, in the macros of man(7) that both groff and mandoc know. */
final class Troff {
    private static final Pattern PAGE = Pattern.compile("\\b(offsync(?:\\\\-[a-z]+)*)\\(([157])\\)");

    private static final int LINE = 80;

    private final StringBuilder text = new StringBuilder();

    /** @param date as in 2026-11-23 */
    Troff(String name, int section, String date, String version) {
        line("." + "\\\" Made by ManPagesTest from the commands and src/man; do not edit.");
        line(".TH " + escaped(name.toUpperCase(Locale.ROOT)) + " " + section + " " + date + " \"offsync " + version
                + "\" \"offsync manual\"");
        line(".ad l");
    }

    Troff section(String title) {
        return line(".SH " + (title.contains(" ") ? '"' + title + '"' : title));
    }

    Troff subsection(String title) {
        return line(".SS \"" + escaped(title) + '"');
    }

    Troff paragraph(String words) {
        gap();
        return line(prose(words));
    }

    /** A new paragraph; a section begins with one of its own accord. */
    private Troff gap() {
        boolean begun =
                text.substring(text.lastIndexOf("\n", text.length() - 2) + 1).startsWith(".S");
        return begun ? this : line(".PP");
    }

    /** An entry of a list: {@code term} is troff already, {@code words} are plain. */
    Troff item(String term, String words) {
        return line(".TP").line(term).line(prose(words));
    }

    Troff example(String command, String words) {
        gap().line(".EX").line(verbatim("  " + command)).line(".EE");
        return words.isEmpty() ? this : line(".RS 4").line(prose(words)).line(".RE");
    }

    /** The text of a source: sections that begin with #, paragraphs, and examples that begin with $. */
    Troff source(List<String> paragraphs) {
        for (String paragraph : paragraphs) {
            if (paragraph.startsWith("# ")) {
                section(paragraph.substring(2));
            } else if (paragraph.startsWith("$ ")) {
                int end = paragraph.indexOf('\n');
                example(paragraph.substring(2, end), paragraph.substring(end + 1));
            } else {
                paragraph(paragraph);
            }
        }
        return this;
    }

    Troff line(String troff) {
        text.append(troff).append('\n');
        return this;
    }

    static String bold(String words) {
        return "\\fB" + escaped(words) + "\\fR";
    }

    static String italic(String words) {
        return "\\fI" + escaped(words) + "\\fR";
    }

    static String escaped(String words) {
        return words.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("…", "...")
                .replace("~", "\\(ti");
    }

    /** Prose, a line for each sentence at least, as mandoc wants it; names are neither hyphenated nor broken. */
    private static String prose(String words) {
        var lines = new StringBuilder();
        int width = 0;
        String before = "";
        for (String word : words.strip().split("\\s+", -1)) {
            String troff = name(escaped(word));
            boolean sentence = before.matches(".*[a-z0-9)][.?!]");
            if (width > 0 && (sentence || width + troff.length() >= LINE)) {
                lines.append('\n');
                width = 0;
            }
            if (width == 0 && troff.matches("[.'].*")) {
                troff = "\\&" + troff;
            }
            lines.append(width == 0 ? "" : " ").append(troff);
            width += troff.length() + 1;
            before = word;
        }
        return lines.toString();
    }

    private static String name(String word) {
        Matcher page = PAGE.matcher(word);
        if (page.find()) {
            return page.replaceAll(
                    match -> Matcher.quoteReplacement("\\%\\fB" + match.group(1) + "\\fR(" + match.group(2) + ")"));
        }
        return word.matches("\\\\-.*|.*[a-zA-Z$]_.*|.*/.*|offsync.*") ? "\\%" + word : word;
    }

    private static String verbatim(String words) {
        return escaped(words).replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
