package dev.offsync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the papers name is there: links, files, test classes, commands with their options. */
class PapersTest {
    private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)[^)]*\\)");
    private static final Pattern ANCHOR = Pattern.compile("]\\(([^):#]*)#([^)]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern CODE = Pattern.compile("`([^`\\s]+)`");
    private static final Pattern TEST = Pattern.compile("\\b([A-Z]\\w*[a-z](?:Test|IT|Writer))\\b");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

    /** Where a path of the papers may begin. */
    private static final List<Path> ROOTS = List.of(Path.of(""), Path.of("src/main/resources/dev/offsync"));

    static Stream<Path> papers() throws IOException {
        return Stream.concat(list(Path.of(""), ".*\\.md"), list(Path.of("src/bench/results"), ".*\\.md"));
    }

    @ParameterizedTest
    @MethodSource("papers")
    void links_lead_to_files(Path paper) {
        assertThat(found(LINK, read(paper)).filter(link -> !link.contains(":")))
                .allSatisfy(link -> assertThat(paper.resolveSibling(link)).exists());
    }

    @ParameterizedTest
    @MethodSource("papers")
    void links_into_a_paper_lead_to_a_heading(Path paper) {
        assertThat(ANCHOR.matcher(read(paper)).results()).allSatisfy(link -> {
            Path target = link.group(1).isEmpty() ? paper : paper.resolveSibling(link.group(1));
            assertThat(found(HEADING, read(target)).map(PapersTest::anchor)).contains(link.group(2));
        });
    }

    @ParameterizedTest
    @MethodSource("papers")
    void paths_are_those_of_files(Path paper) {
        Stream<String> paths = found(CODE, read(paper))
                .filter(code -> code.matches("(src|sql|dist|man|completions|\\.ci)/.*"))
                // a pattern for names
                .filter(code -> !code.matches(".*([A-Z]{4}|\\*).*"))
                .flatMap(PapersTest::alternatives);
        assertThat(paths).allSatisfy(path -> assertThat(ROOTS.stream().map(root -> root.resolve(path)))
                .as(path)
                .anyMatch(Files::exists));
    }

    @ParameterizedTest
    @MethodSource("papers")
    void test_classes_exist(Path paper) throws IOException {
        Set<String> classes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            files.map(file -> file.getFileName().toString().replace(".java", ""))
                    .forEach(classes::add);
        }
        assertThat(classes).containsAll(found(TEST, read(paper)).toList());
    }

    static Stream<Arguments> guarantees() {
        return Pattern.compile("(?m)^\\| (\\d+) .*$")
                .matcher(read(Path.of("ARCHITECTURE.md")))
                .results()
                .flatMap(row -> found(TEST, row.group()).map(test -> Arguments.of(row.group(1), test)));
    }

    @ParameterizedTest
    @MethodSource("guarantees")
    void tests_of_a_guarantee_bear_its_tag(String guarantee, String test) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
            assertThat(files.filter(file -> file.endsWith(test + ".java")))
                    .singleElement()
                    .satisfies(file -> assertThat(read(file)).contains("@Tag(\"guarantee-" + guarantee + "\")"));
        }
    }

    static Stream<String> commandLines() throws IOException {
        var lines = new ArrayList<String>();
        for (Path paper : papers().toList()) {
            found(Pattern.compile("(?m)^(?:    |[a-z]+\\$ )(offsync .*)$"), joined(paper))
                    .forEach(lines::add);
        }
        for (Path page : list(Path.of("src/man"), ".*\\.txt").toList()) {
            if (documented(page)) {
                found(Pattern.compile("(?m)^\\$ (offsync .*)$"), joined(page)).forEach(lines::add);
            }
        }
        return lines.stream().distinct();
    }

    @ParameterizedTest
    @MethodSource("commandLines")
    void command_lines_are_understood(String line) {
        // up to a comment, a pipe or a file
        String typed = line.replaceAll("\\s(#|\\||>).*", "");
        String[] words = found(Pattern.compile("(" + WORD.pattern() + ")"), typed)
                .map(word -> word.replaceAll("['\"]", ""))
                .skip(1)
                .toArray(String[]::new);
        assertThatCode(() -> CommandTree.parse(words)).doesNotThrowAnyException();
    }

    /** Whether the page's command is there; prose may be written before its command. */
    private static boolean documented(Path page) {
        String name = page.getFileName().toString().replaceAll("(offsync-?|\\.txt)", "");
        return Documents.leaves().keySet().stream()
                .anyMatch(leaf -> leaf.replace(' ', '-').equals(name));
    }

    /** The anchor that a forge makes of a heading. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w -]", "").replace(' ', '-');
    }

    private static Stream<String> alternatives(String path) {
        int open = path.indexOf('{');
        if (open < 0) {
            return Stream.of(path);
        }
        int close = path.indexOf('}', open);
        return Stream.of(path.substring(open + 1, close).split(",", -1))
                .map(middle -> path.substring(0, open) + middle + path.substring(close + 1));
    }

    private static Stream<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map((MatchResult match) -> match.group(1));
    }

    private static String joined(Path file) {
        return read(file).replaceAll("\\\\\n\\s*", "");
    }

    private static Stream<Path> list(Path directory, String name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files
                    .filter(file -> file.getFileName().toString().matches(name))
                    .sorted()
                    .collect(Collectors.toList())
                    .stream();
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
