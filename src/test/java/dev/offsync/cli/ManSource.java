package dev.offsync.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a person wrote for a page, in src/man: paragraphs, separated by empty lines, in sections that begin with #. */
record ManSource(List<String> paragraphs) {
    static ManSource of(String page) {
        Path file = Path.of("src/man", page + ".txt");
        if (!Files.exists(file)) {
            return new ManSource(List.of());
        }
        // A section's title needs no empty lines around it.
        String text = read(file).replaceAll("(?m)^(# .*)$", "\n\n$1\n\n").strip();
        return new ManSource(List.of(text.split("\n\n+")));
    }

    /** The paragraphs up to the section called {@code title}. */
    List<String> before(String title) {
        int at = paragraphs.indexOf("# " + title);
        return at < 0 ? paragraphs : paragraphs.subList(0, at);
    }

    /** The section called {@code title} and those after it. */
    List<String> from(String title) {
        int at = paragraphs.indexOf("# " + title);
        return at < 0 ? new ArrayList<>() : paragraphs.subList(at, paragraphs.size());
    }

    /** The version and the date in pom.xml, as {@code element} names them. */
    static String ofProject(String element) {
        Matcher value = Pattern.compile("<" + element + ">([^<T]+)").matcher(read(Path.of("pom.xml")));
        if (!value.find()) {
            throw new AssertionError("no " + element + " in pom.xml");
        }
        return value.group(1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
